"""A company lived round by round: events to Guanxi, its orders to the staff, their care to the customers.

Care that is given only adds events after itself, so what was sent stays true: see `shared.simulation.caring`.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from services.company.calendar import Calendar
from services.company.ledger import Ledger
from services.company.office import Desk, Office
from services.company.stream import Stream
from services.simulation.spool import Spool, instant_of
from shared.simulation.caring import cared
from shared.simulation.company import after_care, lives
from shared.simulation.person import Person, number_of, person
from shared.simulation.staff import Errand, Staff, Work

Wait = Callable[[Sequence[str]], None]
"""Wait until these services (none: all) have done all that they were sent."""


class Progress(Protocol):
    """Shown to a person while it goes on."""

    def joined(self, customers: int) -> None:
        """So many customers more have lives."""

    def round(self, number: int) -> None:
        """So many rounds are over."""


@dataclass(slots=True)
class CompanyRun:
    """One company of so many *customers*, under the people and the Guanxi that it has."""

    customers: int
    calendar: Calendar
    staff: Staff
    spool: Spool
    stream: Stream
    office: Office
    desk: Desk
    ledger: Ledger
    wait: Wait
    progress: Progress
    _agenda: dict[int, list[Work]] = field(default_factory=lambda: defaultdict(list))

    def run(self) -> None:
        """Live from the first day to the last."""
        self._begin()
        for number in range(self.calendar.rounds):
            self._live(number)
            self.progress.round(number + 1)
        self.ledger.tell_the_truth()

    def _begin(self) -> None:
        """Spool everybody's life without care."""
        for life in lives(self.calendar.world, self.customers):
            for _, line in life.events:
                self._expect(line)
            self.ledger.joined(life.truth)
            self.progress.joined(1)

    def _live(self, number: int) -> None:
        last = self.calendar.last_day(number)
        self.stream.send(self.ledger.sending(self._happening(number)))
        self._close_tasks(number, self.calendar.local.end_of(last))
        self.stream.close_until(last)
        self.wait(())
        for errand in self.office.new_errands(last):
            self._plan(errand, earliest=last + 1 - self.calendar.first)

    def _happening(self, number: int) -> Iterator[tuple[str, bytes]]:
        return ((instant_of(line), line) for line in self.spool.take(number))

    def _close_tasks(self, number: int, evening: str) -> None:
        """The paperwork of a round is done on its last evening, and is known before that day closes.

        A task of a kind is only opened when none is open, and closing acts at once. So all that happened
        before must have been dealt with, or two runs would differ.
        """
        closing = [work for work in self._agenda.pop(number, ()) if work.errand.task]
        if closing:
            self.wait(())
            for work in closing:
                self.desk.close(work, evening)
                self.office.put_away(work)
            self.wait(["ingest"])

    def _plan(self, errand: Errand, earliest: int) -> None:
        world = self.calendar.world
        who = person(world, number_of(errand.customer))
        if not errand.task and not _may_be_offered(who):
            return
        work = self.staff.work(errand, earliest)
        work = replace(work, day=self.calendar.work_day(work.day))
        if work.day >= world.days:
            return
        self._agenda[self.calendar.round_of(world.instant(work.day))].append(work)
        found = cared(world, who, work.care) if work.care else None
        for _, line in after_care(world, who, found) if found else ():
            self._expect(line)
        self.ledger.worked(work, found)

    def _expect(self, line: bytes) -> None:
        self.spool.add(self.calendar.round_of(instant_of(line)), line)


def _may_be_offered(who: Person) -> bool:
    """Guanxi holds back tasks where the customer said no; an offer is handed over by people, who look."""
    return who.file.get("contact_consent") is not False
