import re
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from services.notification.cli import subscriptions
from shared.errors import RefusedError


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> "type[Command]":
    monkeypatch.setenv("GUANXI_HOME", str(tmp_path))
    return Command


class Command:
    """`guanxi subscriptions` with the given words."""

    def __init__(self, *words: str) -> None:
        self.result: Result = CliRunner().invoke(subscriptions, list(words))

    @property
    def out(self) -> str:
        assert self.result.exit_code == 0, self.result.output
        return self.result.output


def test_a_secret_is_shown_once_and_never_again(run: type[Command], tmp_path: Path) -> None:
    added = run("add", "webhook", "https://example.org/hook").out
    secret = re.search(r"whsec_\S+", added)

    assert secret is not None
    listed = run("list").out + run("list", "--json").out
    assert "https://example.org/hook" in listed
    assert "whsec_" not in listed
    stored = b"".join(path.read_bytes() for path in tmp_path.rglob("notification.db*"))
    assert secret[0].encode() not in stored


def test_a_file_can_be_tried_and_removed(run: type[Command], tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    identity = run("add", "file", str(target)).out.split()[0]

    assert run("test", identity).out == "delivered\n"
    assert orjson.loads(target.read_bytes())["type"] == "guanxi.test"
    assert "removed" in run("remove", identity).out
    assert "nobody yet" in run("list").out


def test_what_cannot_be_is_refused_with_the_reason(run: type[Command], tmp_path: Path) -> None:
    for words in (
        ("add", "file", str(tmp_path / "missing" / "out.jsonl")),
        ("add", "webhook", "http://example.org/"),
        ("remove", "sub_none"),
        ("rotate", "sub_none"),
    ):
        assert isinstance(run(*words).result.exception, RefusedError)


def test_the_same_target_twice_is_refused(run: type[Command]) -> None:
    run("add", "webhook", "https://example.org/hook")

    again = run("add", "webhook", "https://example.org/hook").result

    assert "subscribed already" in str(again.exception)
