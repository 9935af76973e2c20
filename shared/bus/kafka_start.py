"""Where the new owner of a partition begins, and whether the log still holds that place. Pure.

What is committed names the log it counts in: a topic that was deleted and made anew has another id, and
offsets of the old one mean nothing in it.
"""

from dataclasses import dataclass

from shared.errors import OffsetOutOfRangeError


@dataclass(frozen=True, slots=True)
class Start:
    """Where a partition begins for its new owner."""

    partition: int
    log_id: str
    committed: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What the log *log_id* holds of a partition of *topic*: offsets from *first* up to *end*."""

    topic: str
    log_id: str
    first: int
    end: int

    def holds(self, committed: int, counted_in: str) -> bool:
        """Whether a group that has committed *committed* of log *counted_in* can go on from there."""
        return not committed or (counted_in in ("", self.log_id) and self.first <= committed <= self.end)

    def start(self, partition: int, committed: int, counted_in: str) -> Start:
        """Begin at *committed* of log *counted_in*; raises `OffsetOutOfRangeError` unless it is here."""
        committed = max(0, committed)
        if not self.holds(committed, counted_in):
            raise OffsetOutOfRangeError(
                f"{self.topic} partition {partition}: offset {committed} of log {counted_in or self.log_id}"
                f" is committed, but {self.first} to {self.end} of log {self.log_id} are there:"
                " records were deleted, or the topic was made anew"
            )
        return Start(partition, self.log_id, committed)
