"""Play recorded files through ingest: the one place where reading, days and sending come together."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import orjson

from services.replay.days import days_to_close, in_order, marker, survey
from services.replay.reading import Line, LineError, event_from, read_lines
from services.replay.sending import Entry, IngestSender, Receipt, Refusal, batches
from services.replay.summary import Summary
from shared.clock import Clock
from shared.errors import RefusedError


class MarkersRefusedError(RefusedError):
    """Ingest does not let this key, or this installation, close days."""

    code = "markers-refused"


class Progress(Protocol):
    """Shown to a person while it goes on."""

    def total(self, lines: int) -> None:
        """So many lines will be sent."""

    def sent(self, lines: int) -> None:
        """So many lines more were sent."""


@dataclass(slots=True)
class Player:
    """Sends files in the order of their local days, closing each day that passes."""

    sender: IngestSender
    zone: ZoneInfo
    clock: Clock
    progress: Progress
    open_day: Callable[[int], int]  # the first day to close, given the first day of the files
    events_per_second: float | None = None
    closes_days: bool = True
    summary: Summary = field(default_factory=Summary)

    def play(self, paths: list[Path]) -> Summary:
        """Send every line of *paths*; raises when ingest stays away or refuses the key."""

        def read() -> Iterator[Line]:
            return read_lines(paths)

        found = survey(read(), self.zone)
        self.progress.total(found.lines)
        open_day = self.open_day(found.first_day) if found.first_day else None
        started = self.clock.monotonic()
        days = in_order(read, self.zone, is_sorted=found.is_sorted)
        for batch in batches(self._entries(days_to_close(days, open_day))):
            self._send(batch)
            self._keep_pace(started)
        self.sender.close()
        self.summary.sending_s = self.clock.monotonic() - started
        return self.summary

    def _entries(self, lines: Iterator[tuple[list[int], Line]]) -> Iterator[Entry]:
        for passed, line in lines:
            if self.closes_days:
                yield from (Entry("", orjson.dumps(marker(day, self.zone))) for day in passed)
            self.summary.sent += 1
            try:
                event = event_from(line)
            except LineError as error:
                self.summary.refuse(Refusal(line.place, error.code, str(error)))
            else:
                yield Entry(line.place, orjson.dumps(event))

    def _send(self, batch: list[Entry]) -> None:
        receipt = self.sender.send(batch)
        require_markers(receipt)
        self.summary.add(receipt)
        self.progress.sent(sum(1 for entry in batch if entry.place))

    def _keep_pace(self, started: float) -> None:
        if self.events_per_second:
            ahead_s = self.summary.sent / self.events_per_second - (self.clock.monotonic() - started)
            self.clock.sleep(max(0.0, ahead_s))


def require_markers(receipt: Receipt) -> None:
    """Raise `MarkersRefusedError` when a day marker, which alone has no place, was refused."""
    refused = next((refusal for refusal in receipt.refused if not refusal.place), None)
    if refused:
        raise MarkersRefusedError(
            f"ingest refuses to close days: {refused.detail or refused.code}. The key needs scope `clock` "
            "and the services must run with `--clock event`; `--no-markers` sends the events alone"
        )
