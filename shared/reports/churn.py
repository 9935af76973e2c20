"""Why customers leave: in which way and by which rule, when, after what, and what declined before.

Pure: it puts together what its neighbours read from decisions and events.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from shared.reports.circle import month_of
from shared.reports.decisive import Decided
from shared.reports.declines import Declines
from shared.reports.last_months import AfterWhat
from shared.reports.leaver_kinds import KindOf
from shared.reports.leavings import Leaving


@dataclass(frozen=True, slots=True)
class Kind:
    """How many leavings one rule told of, by which conditions, the most frequent first."""

    way: str
    rule: str
    count: int
    decided: tuple[tuple[Decided, int], ...]


@dataclass(frozen=True, slots=True)
class MonthOf:
    """How many leavings of each way fell in a month."""

    month: str
    ways: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Churn:
    """The answer; *customers* left, once or more often."""

    customers: int
    kinds: tuple[Kind, ...]
    months: tuple[MonthOf, ...]
    after: tuple[AfterWhat, ...]
    declines: Declines
    customers_by: tuple[KindOf, ...] = ()


def churn(
    found: Sequence[Leaving],
    after: Sequence[AfterWhat],
    declined: Declines,
    customers_by: Sequence[KindOf] = (),
) -> Churn:
    """Add up *found*; beside it what stood before, what declined, and which customers they were."""
    customers = len(first_days(found))
    return Churn(customers, _kinds(found), _months(found), tuple(after), declined, tuple(customers_by))


def first_days(found: Iterable[Leaving]) -> dict[str, int]:
    """Of each customer the day of the first leaving: what comes after it is no cause of it."""
    days: dict[str, int] = {}
    for each in found:
        days[each.customer] = min(each.day, days.get(each.customer, each.day))
    return days


def _kinds(found: Iterable[Leaving]) -> tuple[Kind, ...]:
    grouped: dict[tuple[str, str], list[Leaving]] = {}
    for each in found:
        grouped.setdefault((each.way, each.rule), []).append(each)
    kinds = [Kind(way, rule, len(each), _decided(each)) for (way, rule), each in grouped.items()]
    return tuple(sorted(kinds, key=lambda kind: (-kind.count, kind.way, kind.rule)))


def _decided(found: Iterable[Leaving]) -> tuple[tuple[Decided, int], ...]:
    counted = Counter(each.decided for each in found if each.decided)
    return tuple(sorted(counted.items(), key=lambda entry: (-entry[1], str(entry[0]))))


def _months(found: Iterable[Leaving]) -> tuple[MonthOf, ...]:
    months: dict[str, Counter[str]] = {}
    for each in found:
        months.setdefault(month_of(each.day), Counter())[each.way] += 1
    return tuple(MonthOf(month, dict(sorted(ways.items()))) for month, ways in sorted(months.items()))
