"""How old messages are when they have had their effect, for the metric that shows delay.

Only what ingest recorded has an age; an instant that cannot be read has none.
"""

from collections import Counter
from collections.abc import Iterable

from shared.bus.port import Batch
from shared.clock import Clock, from_rfc3339
from shared.flow.processor import Input
from shared.telemetry import metrics


def observe_age(service: str, inputs: Iterable[Input], clock: Clock) -> None:
    """Observe each of *inputs*; those recorded together have the same age, so it is worked out once."""
    recorded = Counter(entry.event.extensions.get("recordedtime", "") for entry in inputs)
    observe = metrics.EVENT_AGE.labels(service=service).observe
    for instant, count in recorded.items():
        if (age_s := _age_s(instant, clock)) is not None:
            for _ in range(count):
                observe(age_s)


def observe_wait(service: str, topic: str, batch: Batch | None, clock: Clock) -> None:
    """Tell how long the first record of *batch* had waited on the bus: what a group is behind, in seconds."""
    waited_s = 0.0 if batch is None else clock.now().timestamp() - batch.records[0].appended_at
    metrics.CONSUMER_WAIT.labels(service=service, topic=topic).set(max(0.0, waited_s))


def _age_s(instant: str, clock: Clock) -> float | None:
    try:
        return max(0.0, (clock.now() - from_rfc3339(instant)).total_seconds())
    except ValueError:
        return None
