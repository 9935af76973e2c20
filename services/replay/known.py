"""What the services know before and after a replay: days closed, events kept, decisions made. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from shared.customer.local_time import LocalTime
from shared.store.collections import DEAD_LETTERS, DECISIONS, HISTORY, PARTITIONS
from shared.store.port import Query, Store


@dataclass(frozen=True, slots=True)
class Counts:
    """How much is stored at one moment."""

    events: int
    dead_letters: int
    decisions: Mapping[str, int]  # by outcome


def counts(store: Store) -> Counts:
    """Count what is stored now."""
    by_outcome = store.collection(DECISIONS).count_by(["outcome"])
    return Counts(
        events=store.collection(HISTORY).count_by([]).get((), 0),
        dead_letters=store.collection(DEAD_LETTERS).count_by([]).get((), 0),
        decisions={str(outcome): number for (outcome,), number in by_outcome.items()},
    )


def first_open_day(store: Store, partitions: int, zone: ZoneInfo, first_day: int) -> int:
    """The first local day that is known and not closed everywhere, when *first_day* is about to be sent."""
    names = [str(partition) for partition in range(partitions)]
    found = store.collection(PARTITIONS).get_many(names)
    closed = min(found[name].document["closed_day"] if name in found else 0 for name in names)
    if closed:
        return int(closed) + 1
    earliest = store.collection(HISTORY).find(Query(sort=(("time", 1),), limit=1)).documents
    return (
        min(first_day, LocalTime(str(zone)).day_of(earliest[0].document["time"])) if earliest else first_day
    )
