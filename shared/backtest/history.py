"""What a backtest runs over: customers with their events, and the controls of their partitions.

The port; where events come from is its adapters' part. Here too: another order, and an end.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from shared.backtest.course import Course, CustomerLog
from shared.contracts.cloudevents import CloudEvent


class History(Protocol):
    """Recorded events, customer by customer; may be gone through several times."""

    @property
    def courses(self) -> Mapping[int, Course]:
        """The controls of each partition."""

    def __len__(self) -> int:
        """How many events there are."""

    def logs(self) -> Iterator[CustomerLog]:
        """Every customer once, each with its events in the order of the log."""

    def of(self, customer: str) -> CustomerLog:
        """One customer of whom there are events."""


@dataclass(frozen=True, slots=True)
class ByEventTime:
    """*history* in the order in which things happened, not in which they were recorded.

    No event is late: each local day from *first_day* on closes behind the last of its events.
    """

    history: History
    day_of: Callable[[str], int]
    first_day: int
    last_day: int

    @property
    def courses(self) -> Mapping[int, Course]:
        """One course for all."""
        return {0: course_of_days(self.first_day, self.last_day)}

    def __len__(self) -> int:
        return len(self.history)

    def logs(self) -> Iterator[CustomerLog]:
        """Every customer's events by time, source and id."""
        return map(self._ordered, self.history.logs())

    def of(self, customer: str) -> CustomerLog:
        """One customer's events, likewise."""
        return self._ordered(self.history.of(customer))

    def _ordered(self, log: CustomerLog) -> CustomerLog:
        events = sorted((event for _, event in log.events), key=_by_time)
        return CustomerLog(log.customer, [(self.day_of(event.time), event) for event in events])


@dataclass(frozen=True, slots=True)
class Until:
    """*history* up to and including the close of *last_day*, as if the log ended there."""

    history: History
    last_day: int

    @property
    def courses(self) -> Mapping[int, Course]:
        """The controls of each partition up to that close."""
        return {partition: course.until(self.last_day) for partition, course in self.history.courses.items()}

    def __len__(self) -> int:
        return len(self.history)

    def logs(self) -> Iterator[CustomerLog]:
        """Every customer's events that came before that close."""
        courses = self.history.courses
        cut = (self._cut(log, courses[log.partition]) for log in self.history.logs())
        return (log for log in cut if log.events)

    def of(self, customer: str) -> CustomerLog:
        """One customer's events, likewise."""
        log = self.history.of(customer)
        return self._cut(log, self.history.courses[log.partition])

    def _cut(self, log: CustomerLog, course: Course) -> CustomerLog:
        return log.until(course.place_of(self.last_day))


def course_of_days(first_day: int, last_day: int) -> Course:
    """Each day closes behind its events, whose place is the day; the last stays open."""
    return Course.of("", [(day + 0.5, day) for day in range(first_day, last_day)])


def _by_time(event: CloudEvent) -> tuple[str, str, str]:
    return event.time, event.source, event.id
