"""Alerts are of metrics and labels that there are, and lead to a row that says what to do."""

import re
from urllib.parse import urlsplit

import pytest
from prometheus_client import REGISTRY

from shared.config import SERVICES
from shared.flow.worker import DEAD_LETTER_LIMIT
from shared.telemetry import metrics
from tests.unit.deploy.manifests import ROOT, read
from tests.unit.deploy.test_compose import FULL, serving

(GROUP,) = read(ROOT / "deploy" / "prometheus" / "alerts.yaml")[0]["groups"]
ALERTS = {rule["alert"]: rule for rule in GROUP["rules"]}
DECLARED = [found for found in vars(metrics).values() if hasattr(found, "_labelnames")]
LABELS = {sample: set(found._labelnames) for found in DECLARED for sample in REGISTRY._get_names(found)}
ADDED = {"instance", "job", "le"}
"""By Prometheus itself when it scrapes, and by histograms."""


def metric_names(expression: str) -> set[str]:
    return set(re.findall(r"\bguanxi_\w+", expression))


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_names_metrics_that_there_are(alert: str) -> None:
    named = metric_names(ALERTS[alert]["expr"])

    assert named
    assert named <= set(LABELS)


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_chooses_by_labels_that_its_metrics_have(alert: str) -> None:
    expression = ALERTS[alert]["expr"]
    for name, chosen in re.findall(r"\b(guanxi_\w+)\{([^}]*)\}", expression):
        assert set(re.findall(r"(\w+)\s*(?:=~|!~|!=|=)", chosen)) <= LABELS[name] | ADDED
    grouped = {word for words in re.findall(r"by \(([^)]*)\)", expression) for word in words.split(", ")}
    carried = set.union(*(LABELS[name] for name in metric_names(expression)))
    assert grouped <= carried | ADDED


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_chooses_services_that_there_are(alert: str) -> None:
    assert set(re.findall(r'service!?="(\w+)"', ALERTS[alert]["expr"])) <= set(SERVICES)


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_says_how_grave_it_is_and_leads_to_what_to_do(alert: str) -> None:
    rule = ALERTS[alert]
    page, _, anchor = rule["annotations"]["do"].partition("#")
    headings = re.findall(r"^#+ (.+)$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE)

    assert rule["labels"]["severity"] in {"page", "warn"}
    assert rule["annotations"]["summary"]
    assert anchor in {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_limit_of_dead_letters_that_is_told_is_the_real_one() -> None:
    rule = ALERTS["GuanxiDeadLettersNearTheirLimit"]

    assert str(DEAD_LETTER_LIMIT) in rule["annotations"]["summary"]
    assert int(re.findall(r"> (\d+)", rule["expr"])[0]) < DEAD_LETTER_LIMIT


def test_prometheus_finds_every_process_that_compose_starts() -> None:
    _, static = read(ROOT / "deploy" / "prometheus" / "scrape.yaml")[0]["scrape_configs"]
    asked = [urlsplit(spec["healthcheck"]["test"][2]).netloc for spec in serving(FULL).values()]

    assert static["static_configs"][0]["targets"] == asked


def test_every_metric_that_tells_of_trouble_has_its_alert() -> None:
    told = set.union(*(metric_names(rule["expr"]) for rule in ALERTS.values()))

    assert {
        "guanxi_consumer_lag_records",
        "guanxi_positions_lost",
        "guanxi_events_dead_lettered_total",
        "guanxi_release_refused_total",
        "guanxi_engine_disagreements_total",
        "guanxi_replayed_decisions_total",
        "guanxi_event_age_seconds_bucket",
        "guanxi_last_closed_day",
    } <= told
