"""Dates and calendars together: they all depend on the one day on which a customer is judged.

Pure. The day and every date it is compared with are one variable of the search; its states are the days on
which an answer may turn, and for each the dates that lie at, before and after a threshold from there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import prod

from shared.model.catalogue import Catalogue
from shared.model.conditions import Test
from shared.model.rules import FactDef
from shared.model.values import Kind
from shared.policy.checks.regions.cells import Cell, State, gathered
from shared.policy.checks.regions.domains import can_be_missing
from shared.policy.checks.regions.search import TooLargeError
from shared.policy.columns import Column, Columns, View
from shared.policy.occurrences import of_periods

DATED = frozenset({View.UNTIL, View.SINCE, View.NEAR})
MOST_STATES = 20_000
_YEAR = 366
_LENGTH = {Kind.DATE: 10, Kind.MONTH_DAY: 5}


def dated_cells(
    facts: Mapping[str, FactDef],
    columns: Sequence[Column],
    tests: Sequence[Test],
    catalogue: Catalogue,
    today: int,
) -> list[Cell]:
    """Every cell of the day and of all dates among *facts*, the ones nearest to *today* first."""
    asked = [_Asked.of(fact, columns, tests, catalogue) for fact in facts.values()]
    dates = _Dates(asked, columns, tests, catalogue)
    together = Columns(columns, catalogue.calendars)
    cells: dict[int, State] = {}
    for day in dates.days(today):
        for cell in gathered(dates.states(day), together, tests):
            cells.setdefault(cell.truth, cell.state)
    return [Cell(truth, state) for truth, state in cells.items()]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of one date."""

    fact: FactDef
    columns: Columns
    tests: Sequence[Test]
    looks_back: bool

    @classmethod
    def of(
        cls, fact: FactDef, columns: Sequence[Column], tests: Sequence[Test], catalogue: Catalogue
    ) -> "_Asked":
        """Take from *columns* and *tests* what is about *fact*."""
        own = [column for column in columns if column.fact == fact.name]
        names = {column.name for column in own}
        looks_back = any(column.view is View.CHANGED for column in own)
        mine = [test for test in tests if test.column in names]
        return cls(fact, Columns(own, catalogue.calendars), mine, looks_back)

    def cells(self, states: Iterable[State]) -> list[State]:
        """One state for each way in which the tests come out."""
        return [cell.state for cell in gathered(states, self.columns, self.tests)]


@dataclass(frozen=True, slots=True)
class _Dates:
    """What is asked of dates together."""

    asked: Sequence[_Asked]
    columns: Sequence[Column]
    tests: Sequence[Test]
    catalogue: Catalogue

    @property
    def distances(self) -> list[int]:
        """The numbers of days that anything is compared with."""
        return sorted({test.value for test in self.tests if isinstance(test.value, int)} | {0})

    @property
    def constants(self) -> list[str]:
        """The dates that rules name themselves."""
        named = {test.value for test in self.tests}
        for column in self.columns:
            if column.view in (View.IN, View.CHANGED):
                named |= {*column.detail}
        return sorted(value for value in named if isinstance(value, str))

    def days(self, today: int) -> list[int]:
        """Days between any two of which nothing turns that depends on the day alone."""
        days = {today, *self._turns(), *self._near_constants(today)}
        if len(days) > MOST_STATES:
            raise TooLargeError
        return sorted(days, key=lambda day: (day < today, abs(day - today)))

    def _turns(self) -> Iterator[int]:
        """The days on which a calendar's distance passes a number it is compared with."""
        distances = self.distances
        for column in self.columns:
            if column.fact in self.catalogue.calendars and column.view in DATED:
                entry = str(column.detail[0]) if column.detail else None
                periods = self.catalogue.calendars[column.fact].periods
                for first, last in of_periods(periods, entry).spans:
                    yield from (first + 1, last)
                    yield from (first - n for n in distances)
                    yield from (last + n + 1 for n in distances)

    def _near_constants(self, today: int) -> Iterator[int]:
        for text in self.constants:
            for on in _occurrences(text, today):
                for n in self.distances:
                    yield from (on - n - 1, on - n, on + n, on + n + 1)

    def states(self, day: int) -> Iterator[State]:
        """The states of one day: the cells of every date for itself, and then all combinations of them."""
        kept = [asked.cells(self._all_states(asked, day)) for asked in self.asked]
        if prod(map(len, kept)) > MOST_STATES:
            raise TooLargeError
        for parts in product(*kept):
            yield State(
                {name: value for part in parts for name, value in part.facts.items()},
                {name: value for part in parts for name, value in part.previous.items()},
                day,
            )

    def _all_states(self, asked: "_Asked", day: int) -> Iterator[State]:
        name, kind = asked.fact.name, asked.fact.kind
        values = [{name: text} for text in self._dates_near(day, kind)]
        now = [*values, *([{}] if can_be_missing(asked.fact) else [])]
        for each, past in product(now, [*values, {}] if asked.looks_back else [{}]):
            yield State(each, past, day)

    def _dates_near(self, day: int, kind: Kind) -> Iterator[str]:
        """Dates at each distance on both sides, just beyond, and far away."""
        away = [0, *(n for d in self.distances for n in (d, -d, d + 1, -d - 1)), _YEAR // 2]
        yield from dict.fromkeys(_text(kind, day + n) for n in away)
        yield from (text for text in self.constants if len(text) == _LENGTH[kind])


def _occurrences(text: str, today: int) -> Iterator[int]:
    year = date.fromordinal(today).year
    texts = [text] if len(text) == _LENGTH[Kind.DATE] else [f"{each}-{text}" for each in (year, year + 1)]
    for each in texts:
        try:
            yield date.fromisoformat(each).toordinal()
        except ValueError:  # 29 February in a common year
            continue


def _text(kind: Kind, day: int) -> str:
    text = date.fromordinal(max(1, min(day, date.max.toordinal()))).isoformat()
    return text if kind is Kind.DATE else text[5:]
