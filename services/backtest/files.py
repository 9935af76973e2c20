"""Recorded events from files, checked as ingest checks them and brought together by customer.

Goes through the files once; what is kept waits in temporary files, so that memory does not grow with them.
The order is the one `guanxi replay` sends in: by local day, and within it as the lines stand.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import SpooledTemporaryFile
from zlib import crc32

import orjson

from services.ingest.catalogue import CompiledCatalogue
from services.ingest.envelope import Deadline, read_event
from services.ingest.rejection import RejectedError
from services.replay.reading import Line, read_lines
from shared.backtest.course import Course, CustomerLog
from shared.backtest.history import course_of_days
from shared.clock import Clock
from shared.contracts.cloudevents import CloudEvent
from shared.customer.local_time import LocalTime
from shared.model.catalogue import Catalogue

BUCKETS = 64
KEPT_IN_MEMORY = 1 << 20
MOST_TOLD = 5


@dataclass(slots=True)
class FileHistory:
    """Every event of some files that ingest would accept; a context manager."""

    local_time: LocalTime
    first_day: int = 0
    last_day: int = 0
    refused: int = 0
    refusals: list[str] = field(default_factory=list)
    _events: int = 0
    _kept: ExitStack = field(default_factory=ExitStack)
    _buckets: list["SpooledTemporaryFile[bytes]"] = field(default_factory=list)

    @classmethod
    def read(
        cls, paths: list[Path], catalogue: Catalogue, clock: Clock, advance: Callable[[int], None]
    ) -> "FileHistory":
        """Read *paths*; lines that ingest would refuse are counted and left out."""
        history = cls(LocalTime(catalogue.timezone))
        for _ in range(BUCKETS):
            bucket = SpooledTemporaryFile(max_size=KEPT_IN_MEMORY)  # noqa: SIM115 - closed with the stack
            history._buckets.append(history._kept.enter_context(bucket))
        checks, deadline = CompiledCatalogue(catalogue), Deadline.after(clock.now())
        for line in read_lines(paths):
            history._take(line, checks, deadline)
            advance(1)
        return history

    def __enter__(self) -> "FileHistory":
        return self

    def __exit__(self, *error: object) -> None:
        self._kept.close()

    def _take(self, line: Line, checks: CompiledCatalogue, deadline: Deadline) -> None:
        try:
            envelope = read_event(orjson.loads(line.text), deadline)
            data = checks.type(envelope.type).check(envelope.data)
        except (RejectedError, orjson.JSONDecodeError) as error:
            self.refused += 1
            if len(self.refusals) < MOST_TOLD:
                self.refusals.append(f"{line.place}: {error}")
            return
        day = self.local_time.day_of(envelope.time)
        self.first_day = min(self.first_day or day, day)
        self.last_day = max(self.last_day, day)
        self._events += 1
        kept = [envelope.subject, day, envelope.id, envelope.source, envelope.type, envelope.time, data]
        self._bucket(envelope.subject).write(orjson.dumps(kept, option=orjson.OPT_APPEND_NEWLINE))

    def _bucket(self, customer: str) -> "SpooledTemporaryFile[bytes]":
        return self._buckets[crc32(customer.encode()) % BUCKETS]

    def __len__(self) -> int:
        return self._events

    @property
    def courses(self) -> Mapping[int, Course]:
        """Every day between the first event and the last closes."""
        return {0: course_of_days(self.first_day, self.last_day)}

    def logs(self) -> Iterator[CustomerLog]:
        """Every customer, those of a bucket in order of their ids."""
        for bucket in self._buckets:
            yield from _logs(bucket)

    def of(self, customer: str) -> CustomerLog:
        """One customer, found in its bucket."""
        return next(log for log in _logs(self._bucket(customer)) if log.customer == customer)


def _logs(bucket: "SpooledTemporaryFile[bytes]") -> Iterator[CustomerLog]:
    bucket.seek(0)
    rows = sorted(map(orjson.loads, bucket), key=lambda row: (row[0], row[1]))  # stable: as the lines stand
    for customer, own in groupby(rows, key=lambda row: str(row[0])):
        yield CustomerLog(customer, _accepted(own, customer))


def _accepted(rows: Iterator[list[object]], customer: str) -> list[tuple[float, CloudEvent]]:
    """The customer's events; of those with the same source and id the first one counts."""
    known: set[tuple[object, object]] = set()
    events: list[tuple[float, CloudEvent]] = []
    for _, day, identity, source, kind, time, data in rows:
        if (source, identity) not in known:
            known.add((source, identity))
            event = CloudEvent(identity, source, kind, customer, time, data)  # type: ignore[arg-type]
            events.append((day, event))  # type: ignore[arg-type]
    return events
