"""Metrics: declared once, named by convention, scraped as text."""

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase

from shared.telemetry import metrics


def declared() -> list[MetricWrapperBase]:
    return [value for value in vars(metrics).values() if isinstance(value, (Counter, Gauge, Histogram))]


def test_every_metric_is_ours_and_says_what_it_means() -> None:
    for metric in declared():
        described = metric.describe()[0]
        assert described.name.startswith("guanxi_")
        assert described.documentation.endswith(".")


def test_counting_shows_in_the_scrape() -> None:
    metrics.EVENTS_PROCESSED.labels(service="a-test").inc(3)

    assert b'guanxi_events_processed_total{service="a-test"} 3.0' in metrics.scrape()


def test_the_build_tells_its_version() -> None:
    metrics.announce_build("another-test")

    assert b"guanxi_build_info{" in metrics.scrape()
