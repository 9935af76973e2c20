"""Every metric of Guanxi, declared once with its meaning; services only count.

Labels never hold customer ids. `scrape` renders what /metrics answers.
"""

import platform

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, Counter, Gauge, Histogram, generate_latest

from shared.telemetry.version import guanxi_version

CONTENT_TYPE = CONTENT_TYPE_LATEST

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

EVENTS_RECEIVED = Counter("guanxi_events_received", "Events or messages that reached a service.", ["service"])
EVENTS_ACCEPTED = Counter("guanxi_events_accepted", "Events acknowledged to their publisher.", ["service"])
EVENTS_REJECTED = Counter(
    "guanxi_events_rejected", "Events refused, by the stable code of the reason.", ["service", "reason"]
)
EVENTS_DEDUPLICATED = Counter(
    "guanxi_events_deduplicated", "Events dropped because they were known already.", ["service"]
)
EVENTS_PROCESSED = Counter(
    "guanxi_events_processed", "Messages whose effect is stored and whose outputs are published.", ["service"]
)
EVENTS_DEAD_LETTERED = Counter(
    "guanxi_events_dead_lettered",
    "Messages set aside with the reason, by its stable code.",
    ["service", "reason"],
)
EVENTS_LATE = Counter("guanxi_events_late", "Events of a day that had closed already.", ["service"])
EVENT_AGE = Histogram(
    "guanxi_event_age_seconds",
    "From an event's recording to its effect in this service.",
    ["service"],
    buckets=_SECONDS,
)
PROCESSING_SECONDS = Histogram(
    "guanxi_processing_duration_seconds", "Time to process one polled batch.", ["service"], buckets=_SECONDS
)
BATCH_RECORDS = Histogram(
    "guanxi_batch_records",
    "Messages in a polled batch.",
    ["service"],
    buckets=(1, 5, 20, 50, 100, 200, 500, 1000),
)
CONSUMER_LAG = Gauge(
    "guanxi_consumer_lag_records",
    "Messages appended and not committed, over held partitions.",
    ["service", "topic"],
)
CONSUMER_WAIT = Gauge(
    "guanxi_consumer_lag_seconds",
    "How long the oldest message of the last batch had waited on the bus; 0 when none waits.",
    ["service", "topic"],
)
POSITIONS_LOST = Gauge(
    "guanxi_positions_lost",
    "Partitions on which what a group has committed is no longer in the log; it stops there. 0 is right.",
    ["topic", "group"],
)
REPUBLISHED = Counter(
    "guanxi_outbox_republished", "Messages published again because a stop may have come between.", ["service"]
)
STORE_CONFLICTS = Counter(
    "guanxi_store_conflicts",
    "Documents another writer had changed; they were loaded and computed again.",
    ["service"],
)
REBALANCES = Counter("guanxi_rebalance", "Partitions assigned, revoked or lost.", ["service", "kind"])
DAYS_CLOSED = Counter("guanxi_days_closed", "Day markers processed, counted per partition.", ["service"])
LAST_CLOSED_DAY = Gauge(
    "guanxi_last_closed_day",
    "Oldest last closed day over held partitions, in days since 0001-01-01.",
    ["service"],
)
SNAPSHOTS = Counter("guanxi_snapshots", "Snapshots sent, by what caused them.", ["service", "cause"])
DECISIONS = Counter("guanxi_decisions", "Decisions recorded, by rule and outcome.", ["rule", "outcome"])
ENGINE_DISAGREEMENTS = Counter(
    "guanxi_engine_disagreements", "Sampled decisions on which engine and reference did not agree.", ["rule"]
)
REPLAYED_DECISIONS = Counter(
    "guanxi_replayed_decisions", "Decisions made again from their records, by what came of it.", ["result"]
)
RELEASE_ACTIVE = Gauge(
    "guanxi_release_active", "1 for the release in use, by its short digest.", ["service", "release"]
)
RELEASE_REFUSED = Counter(
    "guanxi_release_refused", "Rule bundles refused; the old release stayed.", ["service"]
)
NOTIFICATIONS = Counter(
    "guanxi_notifications", "Notifications, by channel and what became of them.", ["channel", "outcome"]
)
WEBHOOK_ATTEMPTS = Counter("guanxi_webhook_attempts", "Attempts to deliver a webhook.", ["outcome"])
CONTACTS_HELD = Counter(
    "guanxi_contacts_held",
    "Contacts not made, by the rule that ordered them and what held them.",
    ["rule", "reason"],
)
HTTP_REQUESTS = Counter(
    "guanxi_http_requests", "Requests answered.", ["service", "route", "method", "status"]
)
HTTP_SECONDS = Histogram(
    "guanxi_http_request_duration_seconds",
    "Time to answer a request.",
    ["service", "route"],
    buckets=_SECONDS,
)
BUILD_INFO = Gauge(
    "guanxi_build_info", "Always 1; the labels say what is running.", ["service", "version", "python"]
)


def announce_build(service: str) -> None:
    """Say which version of which service this process is."""
    BUILD_INFO.labels(service=service, version=guanxi_version(), python=platform.python_version()).set(1)


def scrape() -> bytes:
    """Render every metric in Prometheus' text format."""
    return generate_latest(REGISTRY)
