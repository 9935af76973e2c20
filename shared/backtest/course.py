"""What concerns every customer of a partition at once: days that close, releases that take over.

Pure. Places are offsets of the log, or anything else that orders events and controls alike.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from shared.contracts.cloudevents import CloudEvent

NEVER = 1 << 60
END = float("inf")


class Takeover(NamedTuple):
    """A release takes over. *announced* names the one activation: a release may take over more than once."""

    release: str
    announced: str


Control = tuple[float, int | Takeover]
"""Its place, and the local day that closes (an ordinal) or the release that takes over."""


@dataclass(frozen=True, slots=True)
class CustomerLog:
    """Every accepted event of one customer with its place in *partition*, in that order."""

    customer: str
    events: Sequence[tuple[float, CloudEvent]]
    partition: int = 0

    def until(self, place: float) -> "CustomerLog":
        """The same without what came behind *place*."""
        events = [entry for entry in self.events if entry[0] <= place]
        return CustomerLog(self.customer, events, self.partition)


@dataclass(frozen=True, slots=True)
class Course:
    """The controls of one partition. *closed* and *releases* say how it stood before each, and at the end."""

    places: tuple[float, ...]
    days: tuple[int, ...]  # the day that closes, 0 for a release
    closed: tuple[int, ...]
    releases: tuple[str, ...]
    switches: tuple[int, ...]  # which controls are releases
    announced: tuple[str, ...]  # by which activation, nothing for a day

    @classmethod
    def of(cls, first: str, controls: Iterable[Control]) -> "Course":
        """The course that begins under release *first*; a day that is closed already does not close again."""
        places: list[float] = []
        days: list[int] = []
        closed, releases, switches, announced = [0], [first], [], []
        for place, control in controls:
            if isinstance(control, Takeover):
                switches.append(len(places))
                releases.append(control.release)
            elif control <= closed[-1]:
                continue
            else:
                releases.append(releases[-1])
            day = 0 if isinstance(control, Takeover) else control
            places.append(place)
            days.append(day)
            closed.append(day or closed[-1])
            announced.append("" if isinstance(control, int) else control.announced)
        return cls(
            tuple(places), tuple(days), tuple(closed), tuple(releases), tuple(switches), tuple(announced)
        )

    @property
    def controls(self) -> Iterator[Control]:
        """The controls it was made of."""
        for number, place in enumerate(self.places):
            taken = Takeover(self.releases[number + 1], self.announced[number])
            yield place, self.days[number] or taken

    @property
    def length(self) -> int:
        """How many controls there are."""
        return len(self.places)

    def before(self, place: float) -> int:
        """How many controls come before *place*."""
        return bisect_left(self.places, place)

    def closing(self, day: int) -> int:
        """The control that closes *day* or the first later one, `length` if none does."""
        return max(0, bisect_left(self.closed, day) - 1)

    def place_of(self, day: int) -> float:
        """Where *day* closes, or the first later one; `END` if none does."""
        at = self.closing(day)
        return self.places[at] if at < self.length else END

    def next_switch(self, at: int) -> int:
        """The first release at or after control *at*, or `NEVER`."""
        found = bisect_left(self.switches, at)
        return self.switches[found] if found < len(self.switches) else NEVER

    def under(self, digest: str) -> "Course":
        """The same days, all under release *digest*."""
        return Course.of(digest, [each for each in self.controls if isinstance(each[1], int)])

    def until(self, day: int) -> "Course":
        """The same up to and including the close of *day*."""
        end = self.closing(day) + 1
        return Course.of(self.releases[0], list(self.controls)[:end])

    def switched(self, digest: str, day: int) -> "Course":
        """The same with *digest* taking over before *day*; releases recorded after that are left out."""
        at = self.closing(day - 1)
        if self.closed[-1] == 0 or day <= self.closed[self.closing(1) + 1]:
            return self.under(digest)
        kept = [each for number, each in enumerate(self.controls) if number <= at or self.days[number]]
        where = kept[at][0] if at < len(kept) else END
        after = [each for each in kept[at + 1 :] if isinstance(each[1], int)]
        return Course.of(self.releases[0], [*kept[: at + 1], (where, Takeover(digest, digest)), *after])
