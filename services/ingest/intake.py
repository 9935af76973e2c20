"""Publishing over HTTP, as a use case: items in, verdicts out, accepted only once the bus has acknowledged.

Knows no Flask; the inbound topic has its own loop over the same `Admission`.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from services.ingest.admission import Admission, Sender, Verdict
from services.ingest.group_commit import GroupCommit
from services.ingest.release_source import CurrentCatalogue
from shared.clock import Clock
from shared.flow.crash_points import Reach, never
from shared.telemetry import metrics

SERVICE = "ingest"


class Intake:
    """Checks events and appends the good ones to the log. Safe in several threads."""

    def __init__(
        self,
        catalogue: CurrentCatalogue,
        log: GroupCommit,
        clock: Clock,
        *,
        partitions: int,
        event_clock: bool,
        reach: Reach = never,
    ) -> None:
        self._catalogue = catalogue
        self._log = log
        self._clock = clock
        self._partitions = partitions
        self._event_clock = event_clock
        self._reach = reach

    def admission(self) -> Admission:
        """The judge for events that arrive now."""
        return Admission(
            self._catalogue.current(),
            self._clock,
            partitions=self._partitions,
            event_clock=self._event_clock,
        )

    def publish(self, items: Sequence[Any], sender: Sender) -> list[Verdict]:
        """Judge *items* and append what is good, in order; raises RetryLaterError when the bus cannot."""
        judge = self.admission().judge
        verdicts = [judge(item, sender) for item in items]
        metrics.EVENTS_RECEIVED.labels(SERVICE).inc(len(verdicts))
        self._reach("before-append")
        self._log.append([message for verdict in verdicts for message in verdict.messages])
        self._reach("after-append")
        count(verdicts)
        return verdicts


def count(verdicts: Sequence[Verdict]) -> None:
    """Count what became of events whose good ones are durable."""
    rejected = Counter(verdict.error.code for verdict in verdicts if verdict.error is not None)
    metrics.EVENTS_ACCEPTED.labels(SERVICE).inc(len(verdicts) - rejected.total())
    for reason, number in rejected.items():
        metrics.EVENTS_REJECTED.labels(SERVICE, reason).inc(number)
