"""What a worker tells of itself: to health checks, to `guanxi status`, to whoever asks why it waits."""

from dataclasses import dataclass, field
from typing import Any

from shared.errors import RetryLaterError

_FIRST_PARTITIONS = "its first partitions"


class NotReadyError(RetryLaterError):
    """The worker cannot work yet; the message says why."""

    code = "not-ready"


@dataclass(slots=True)
class WorkerState:
    """What health and status tell of a worker. Written by its loop, read by HTTP threads."""

    service: str
    reads: str
    partitions: dict[int, str] = field(default_factory=dict)  # held partitions and their log ids
    waiting_for: str = _FIRST_PARTITIONS  # empty when it is ready
    began: bool = False  # whether it ever held a partition
    processed: int = 0
    duplicates: int = 0
    dead_letters: int = 0
    busy_s: float = 0.0

    def check_ready(self) -> None:
        """Raise NotReadyError with the reason unless the worker can work."""
        if self.waiting_for:
            raise NotReadyError(f"{self.service} waits for {self.waiting_for}")

    def go_on(self) -> None:
        """Note that bus and store answer: nothing but a first partition can be missing."""
        self.waiting_for = "" if self.began else _FIRST_PARTITIONS

    def told(self) -> dict[str, Any]:
        """The state as JSON values."""
        return {
            "service": self.service,
            "reads": self.reads,
            "partitions": sorted(self.partitions),
            "waiting_for": self.waiting_for,
            "processed": self.processed,
            "duplicates": self.duplicates,
            "dead_letters": self.dead_letters,
            "busy_s": round(self.busy_s, 3),
        }
