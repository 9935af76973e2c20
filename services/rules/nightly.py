"""After each closed day: a sample of its decisions is made again, to know that records stay reproducible.

In a thread of its own, one decision at a time with pauses between; only the worker that holds the first
partition does it, so several workers do not repeat each other.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from shared.errors import GuanxiError, RetryLaterError
from shared.explaining.archive import Archive
from shared.explaining.replaying import Replays
from shared.flow.runner import StopSignal
from shared.store.port import Document, Query
from shared.telemetry import metrics
from shared.telemetry.logs import logger

INTERVAL_S = 30.0
PAUSE_S = 0.05
"""Between two decisions: the matcher shares the process, and comes first."""

FIRST_PARTITION = 0
_NAMED = 10


@dataclass(slots=True)
class NightlyReplay:
    """Checks up to *sample* decisions of the day that closed last."""

    archive: Archive
    partitions: int
    sample: int
    held: Callable[[], Collection[int]]  # the partitions of this worker
    told: dict[str, Any] | None = None  # what status tells of the last check
    _checked: int = field(default=0)

    def run(self, stop: StopSignal) -> None:
        """Look from time to time whether another day has closed, until *stop* is set."""
        while self.sample and not stop.wait(INTERVAL_S):
            try:
                self.look(stop)
            except RetryLaterError as error:
                logger().info("decisions are made again later", reason=error.code)

    def look(self, stop: StopSignal) -> None:
        """Check the day that closed last, unless it was checked or is another worker's to check."""
        day = self._closed_day() if FIRST_PARTITION in self.held() else 0
        if day <= self._checked:
            return
        with Replays(self.archive) as replays:
            results = {}
            for document in self._sampled(day):
                if stop.wait(PAUSE_S):
                    return
                results[document["_id"]] = _replayed(replays, document)
        self._checked, self.told = day, _told(day, results)

    def _closed_day(self) -> int:
        """The last local day that the rules have closed on every partition."""
        names = [str(partition) for partition in range(self.partitions)]
        found = self.archive.partitions.get_many(names)
        return min(int(found[name].document["closed_day"]) if name in found else 0 for name in names)

    def _sampled(self, day: int) -> list[Document]:
        """Ids are hashes, so the first of them are a fair sample, and the same one each time."""
        query = Query({"day": day}, sort=(("_id", 1),), limit=self.sample)
        return [versioned.document for versioned in self.archive.decisions.find(query).documents]


def _replayed(replays: Replays, document: Document) -> str:
    try:
        done = replays.of(document)
    except RetryLaterError:
        raise
    except GuanxiError as error:
        logger().error("decision cannot be made again", decision=document["_id"], detail=str(error))
        return _count("failed")
    if done.result == "different":
        places = [each.pointer for each in done.differences[:_NAMED]]
        logger().error("decision differs when made again", decision=done.decision, places=places)
    return _count(done.result)


def _count(result: str) -> str:
    metrics.REPLAYED_DECISIONS.labels(result).inc()
    return result


def _told(day: int, results: Mapping[str, str]) -> dict[str, Any]:
    counted = Counter(results.values())
    differing = [name for name, result in results.items() if result in ("different", "failed")]
    return {
        "day": date.fromordinal(day).isoformat(),
        "decisions": len(results),
        **{name: counted[name] for name in ("identical", "different", "unresolved", "failed")},
        "differing": differing[:_NAMED],
    }
