"""Records fetched and not yet handed out: held partitions take turns, whatever order Kafka sends them in."""

from collections import deque
from collections.abc import Iterable, Mapping
from typing import Any


class Turns:
    """A queue of fetched records for each partition. One thread at a time."""

    def __init__(self) -> None:
        self._queues: dict[int, deque[Any]] = {}

    def hold(self, partitions: Iterable[int]) -> None:
        """Keep exactly *partitions*; what was fetched of others is dropped."""
        wanted = set(partitions)
        self._queues = {at: queue for at, queue in self._queues.items() if at in wanted}
        for partition in sorted(wanted - self._queues.keys()):
            self._queues[partition] = deque()

    def add(self, fetched: Mapping[int, Iterable[Any]]) -> None:
        """Queue what was *fetched* of held partitions."""
        for partition, records in fetched.items():
            if partition in self._queues:
                self._queues[partition].extend(records)

    @property
    def count(self) -> int:
        """How many records wait to be handed out."""
        return sum(map(len, self._queues.values()))

    def empty(self) -> list[int]:
        """Partitions with none."""
        return [partition for partition, queue in self._queues.items() if not queue]

    def take(self, most: int) -> tuple[int, list[Any]] | None:
        """Up to *most* records of the partition that waits longest; it goes to the end of the line."""
        for partition, queue in self._queues.items():
            if queue:
                taken = [queue.popleft() for _ in range(min(most, len(queue)))]
                self._queues[partition] = self._queues.pop(partition)
                return partition, taken
        return None
