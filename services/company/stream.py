"""Events of the company sent to ingest in the order of time, each local day closed when it is over.

As `guanxi replay` does, but a day may be closed on purpose: the company knows that nothing more comes.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

import orjson

from services.replay.days import local_day, marker
from services.replay.player import require_markers
from services.replay.reading import Line, event_from
from services.replay.sending import Entry, IngestSender, batches
from services.replay.summary import Summary


@dataclass(slots=True)
class Stream:
    """Sends through *sender*; *open_day* is the ordinal of the first day that is not closed."""

    sender: IngestSender
    zone: ZoneInfo
    open_day: int
    summary: Summary = field(default_factory=Summary)

    def send(self, lines: Iterable[bytes]) -> None:
        """Send lines in the order of time; raises when ingest stays away, or refuses the key or a marker."""
        self._send(self._entries(lines))

    def close_until(self, day: int) -> None:
        """Close every day up to and with *day* that is still open."""
        self._send(self._markers(day))

    def _entries(self, lines: Iterable[bytes]) -> Iterator[Entry]:
        for text in lines:
            self.summary.sent += 1
            place = f"event {self.summary.sent}"
            yield from self._markers((local_day(text, self.zone) or self.open_day) - 1)
            yield Entry(place, orjson.dumps(event_from(Line(place, text))))

    def _markers(self, until: int) -> Iterator[Entry]:
        while self.open_day <= until:
            yield Entry("", orjson.dumps(marker(self.open_day, self.zone)))
            self.open_day += 1

    def _send(self, entries: Iterator[Entry]) -> None:
        for batch in batches(entries):
            receipt = self.sender.send(batch)
            require_markers(receipt)
            self.summary.add(receipt)
