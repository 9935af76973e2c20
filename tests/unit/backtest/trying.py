"""Real sales as a history in memory, and releases that differ from the shipped one in one place."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from itertools import groupby

from services.backtest.running import Plan, backtest
from shared.backtest.course import Course, CustomerLog
from shared.backtest.history import History, course_of_days
from shared.backtest.report import Json, Window
from shared.customer.local_time import LocalTime
from shared.model.rules import Bundle
from shared.policy.release import build
from tests.flow.pipeline.shop import as_accepted, retail_lines
from tests.language.bundles import edited

MEMBERSHIP, CARE, METRICS = "policies/membership.yaml", "policies/care.yaml", "metrics.yaml"
BAR = "- tier: is none\n        - score: at least 63\n"


def bar(score: int) -> tuple[str, str]:
    """The edit that asks another *score* of who becomes a member."""
    return BAR, BAR.replace("63", str(score))


class Sales:
    """Customers with many sales, so that there is something to decide soon; placed by their local day."""

    def __init__(self, lines: int = 4_000, at_least: int = 6) -> None:
        local_time = LocalTime("Europe/London")
        accepted = sorted(map(as_accepted, retail_lines(lines)), key=lambda event: event.subject)
        grouped = ((customer, list(own)) for customer, own in groupby(accepted, key=lambda e: e.subject))
        self._logs = {
            customer: CustomerLog(customer, [(local_time.day_of(event.time), event) for event in own])
            for customer, own in grouped
            if len(own) >= at_least
        }
        places = [place for log in self._logs.values() for place, _ in log.events]
        self.first_day, self.last_day = int(min(places)), int(max(places))

    def __len__(self) -> int:
        return sum(len(log.events) for log in self._logs.values())

    @property
    def courses(self) -> Mapping[int, Course]:
        return {0: course_of_days(self.first_day, self.last_day)}

    def logs(self) -> Iterator[CustomerLog]:
        yield from self._logs.values()

    def of(self, customer: str) -> CustomerLog:
        return self._logs[customer]


@lru_cache(maxsize=1)
def sales() -> Sales:
    return Sales()


@lru_cache(maxsize=16)
def release(path: str = "", *edits: tuple[str, str]) -> Bundle:
    """The shipped release, or one with *edits* of one file."""
    result = build(edited(path or MEMBERSHIP, *edits))
    assert result.bundle is not None, [str(problem) for problem in result.problems]
    return result.bundle


def tried(
    candidate: Bundle, base: Bundle | None = None, history: History | None = None, **options: int
) -> Json:
    """The report on *candidate*."""
    plan = Plan(base or release(), candidate, **{"processes": 1, "samples": 5, **options})
    window = Window(max(sales().first_day, plan.from_day), sales().last_day, "log")
    return backtest(plan, history or sales(), window, lambda _events: None)
