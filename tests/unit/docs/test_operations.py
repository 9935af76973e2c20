"""What the operations page says to look for is what the program says."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest

from shared.bus.kafka_settings import kafka_settings
from shared.settings import SETTINGS
from shared.telemetry import metrics

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
TROUBLE = PAGE.partition("## What to do when")[2].partition("## Security")[0]
SOURCE = "".join(
    path.read_text(encoding="utf-8")
    for folder in ("services", "shared")
    for path in sorted((ROOT / folder).rglob("*.py"))
)
QUOTED = set(re.findall(r"`([^`\n]+)`", TROUBLE))
CODES = {word for word in QUOTED if re.fullmatch(r"[a-z]+(-[a-z]+)+", word) and not word.startswith("guanxi")}
SAID = {
    word for word in QUOTED if re.fullmatch(r"[a-z][a-z;]*( [a-z;]+)+", word) and word.split()[0] != "guanxi"
}


@pytest.mark.parametrize("code", sorted(CODES))
def test_a_code_is_one_of_an_error_s(code: str) -> None:
    assert f'code = "{code}"' in SOURCE


@pytest.mark.parametrize("words", sorted(SAID))
def test_a_log_line_or_reason_is_in_the_program_word_for_word(words: str) -> None:
    assert f'"{words}"' in SOURCE


@pytest.mark.parametrize("event", re.findall(r'"event":"([^"]+)"', PAGE))
def test_an_event_of_the_log_is_in_the_program(event: str) -> None:
    assert re.search(rf'\.(info|warning|error|exception)\(\s*"{event}"', SOURCE)


def test_settings_and_metrics_are_real() -> None:
    scraped = metrics.scrape().decode()

    assert set(re.findall(r"\bGUANXI_[A-Z_]+\b", PAGE)) <= set(SETTINGS)
    assert all(
        f"# TYPE {name.removesuffix('_total')}" in scraped for name in re.findall(r"guanxi_[a-z_]+", PAGE)
    )


def test_the_urls_it_shows_are_understood() -> None:
    (bus,), (store,) = (
        re.findall(rf"^{scheme}://\S+$", PAGE, re.MULTILINE) for scheme in ("kafka", "mongodb")
    )

    assert kafka_settings(bus).replication == 3
    assert {"ssl_cafile", "sasl_plain_password"} <= set(kafka_settings(bus).options)
    asked = dict(parse_qsl(urlsplit(store).query))
    assert asked == {"replicaSet": "rs0", "tls": "true", "tlsCAFile": "/tls/ca.crt"}
    assert urlsplit(store).path == "/guanxi"


def test_files_it_names_are_there() -> None:
    named = set(re.findall(r"`((?:deploy|docs|rules)/[^`\s]+|docker-compose\.yml)`", PAGE))

    assert len(named) >= 6
    assert all((ROOT / name).exists() for name in named)


def test_there_is_something_to_compare() -> None:
    assert len(CODES) >= 8
    assert len(SAID) >= 5
