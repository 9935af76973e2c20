"""How far behind the services are, read from the bus, and waiting until they are not.

The groups are looked at along the way of the data: when nothing comes from above and a group has
caught up, it stays so.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.bus.port import Bus
from shared.clock import Clock
from shared.contracts import topics
from shared.errors import RetryLaterError, UnknownTopicError

STALLED_AFTER_S = 120.0


class StalledError(RetryLaterError):
    """A group makes no progress."""

    code = "stalled"


@dataclass(frozen=True, slots=True)
class Lag:
    """Records a group has yet to commit on its topic, and how many it has committed.

    *lost*: partitions on which what was committed is not in the log, so that the group stops there.
    """

    topic: str
    group: str
    records: int
    committed: int
    lost: int = 0


def lags(bus: Bus) -> Sequence[Lag]:
    """The lag of every group, along the way of the data; a topic that is not there yet has none."""
    return [_lag(bus, topic, group) for topic, group in topics.READERS]


def wait_until_idle(
    bus: Bus,
    clock: Clock,
    show: Callable[[Sequence[Lag]], None],
    groups: Sequence[str] = (),
    *,
    pause_s: float = 0.2,
) -> None:
    """Return when *groups* (none: all) have no lag; raises `StalledError` when nothing moves for long."""
    moved_at, before = clock.monotonic(), -1
    while True:
        found = [lag for lag in lags(bus) if not groups or lag.group in groups]
        show(found)
        if not any(lag.records for lag in found):
            return
        done = sum(lag.committed for lag in found)
        if done != before:
            moved_at, before = clock.monotonic(), done
        elif clock.monotonic() - moved_at > STALLED_AFTER_S:
            behind = ", ".join(f"{lag.group} ({lag.records} on {lag.topic})" for lag in found if lag.records)
            raise StalledError(f"no progress for {STALLED_AFTER_S:g} s: {behind}; are the services running?")
        clock.sleep(pause_s)


def _lag(bus: Bus, topic: str, group: str) -> Lag:
    try:
        found = bus.group_lag(topic, group)
    except UnknownTopicError:
        return Lag(topic, group, 0, 0)
    return Lag(
        topic,
        group,
        sum(part.records for part in found),
        sum(part.committed for part in found),
        sum(part.is_lost for part in found),
    )
