"""Note what Kafka's client says of a rebalance, so that it can be told in the thread that polls.

The client calls back in its own network thread, where neither waiting nor committing is possible. So the
call is only noted, and raising makes the client's `poll` return before the member joins the next round.
Until then the group's protocol (cooperative) gives a revoked partition to nobody, and a commit still works.
"""

import logging
from collections.abc import Iterable

from kafka import ConsumerRebalanceListener, TopicPartition


class RebalanceNotedError(Exception):
    """Ends the client's poll; not an error."""


class RebalanceNotes(ConsumerRebalanceListener):  # type: ignore[misc]
    """Partitions that were lost since they were last taken; `ignore` before closing."""

    def __init__(self) -> None:
        self._lost: set[int] = set()
        self._ignoring = False

    def ignore(self) -> None:
        """Note nothing any more: what is held has been given up in order."""
        self._ignoring = True

    def take_lost(self) -> set[int]:
        """The partitions lost since the last call."""
        lost, self._lost = self._lost, set()
        return lost

    def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Return from poll; the client no longer holds them, which is how they are found."""
        self._return_from_poll(revoked)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Return from poll; the client holds them, which is how they are found."""
        self._return_from_poll(assigned)

    def on_partitions_lost(self, lost: Iterable[TopicPartition]) -> None:
        """Note them: nothing may be committed for them."""
        self._lost |= {place.partition for place in lost}
        self._return_from_poll(lost)

    def _return_from_poll(self, partitions: Iterable[TopicPartition]) -> None:
        if any(True for _ in partitions) and not self._ignoring:
            raise RebalanceNotedError


def _is_worth_a_line(record: logging.LogRecord) -> bool:
    return not (record.exc_info and isinstance(record.exc_info[1], RebalanceNotedError))


logging.getLogger("kafka.coordinator.consumer").addFilter(_is_worth_a_line)
