"""The one place where time is read. Everything else is handed a `Clock`.

Scoring and rules work in event time and never ask a clock what day it is.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Protocol


class Clock(Protocol):
    """Wall time for people and records; monotonic time for timeouts."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Seconds that never jump, comparable within this machine since it started."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The current instant, aware, in UTC."""
        return datetime.now(timezone.utc)

    def monotonic(self) -> float:
        """Seconds that never jump, comparable within this machine since it started."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


@dataclass
class ManualClock:
    """A clock that moves only when told; sleeping moves it."""

    current: datetime
    elapsed_s: float = 0.0

    def now(self) -> datetime:
        """The instant it was set to."""
        return self.current

    def monotonic(self) -> float:
        """Seconds slept or advanced since it was made."""
        return self.elapsed_s

    def sleep(self, seconds: float) -> None:
        """Advance instead of waiting."""
        self.advance(seconds)

    def advance(self, seconds: float) -> None:
        """Move forward by *seconds*."""
        self.elapsed_s += seconds
        self.current += timedelta(seconds=seconds)


def to_rfc3339(instant: datetime) -> str:
    """Return *instant* in UTC as ``2010-01-04T07:45:00Z``; microseconds only when there are any."""
    return instant.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def from_rfc3339(text: str) -> datetime:
    """Parse an RFC 3339 instant with offset or ``Z``; raises ValueError."""
    instant = datetime.fromisoformat(text.replace("Z", "+00:00").replace("z", "+00:00"))
    if instant.tzinfo is None:
        raise ValueError(f"{text!r} has no offset from UTC")
    return instant.astimezone(timezone.utc)
