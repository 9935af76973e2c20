"""Cells: the values of one fact, gathered by how all tests of it come out, each with its simplest value.

Pure. Values are taken at and around the thresholds; what a test says of them is asked of the projection and
the reference engine, so cells cannot mean anything else than they do when rules run.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations, product

from shared.model.catalogue import Catalogue
from shared.model.conditions import Test
from shared.model.rules import FactDef
from shared.model.values import FactValue, Kind, Value
from shared.policy.checks.regions.domains import CHANGE, can_be_missing, grid_of
from shared.policy.checks.regions.search import TooLargeError
from shared.policy.columns import Column, Columns, View
from shared.policy.engine.reference import holds

MOST_TEXTS = 10
_FIRST = date(2000, 1, 1).toordinal()
ANOTHER = "something else"
Facts = Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class State:
    """One way a fact can be: its value now (absent: missing), and at the last evaluation where rules look
    back.
    """

    facts: Facts = field(default_factory=dict)
    previous: Facts = field(default_factory=dict)
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """The tests that hold, as bits in the order they were given, and the simplest state in which they do."""

    truth: int
    state: State


def cells_of(
    fact: FactDef, columns: Sequence[Column], tests: Sequence[Test], catalogue: Catalogue
) -> list[Cell]:
    """Every cell of *fact*, simplest first; *columns* are those of it that *tests* ask for."""
    columns_of = Columns(columns, catalogue.calendars)
    return gathered(_states(fact, columns, tests, catalogue), columns_of, tests)


def gathered(states: Iterable[State], columns: Columns, tests: Sequence[Test]) -> list[Cell]:
    """The distinct cells of *states*, each with the first state that is in it."""
    project = columns.project
    found: dict[int, State] = {}
    for state in states:
        row = project(state.facts, state.previous, state.day or 1)
        truth = sum(1 << bit for bit, test in enumerate(tests) if holds(test, row))
        found.setdefault(truth, state)
    return [Cell(truth, state) for truth, state in found.items()]


def _states(
    fact: FactDef, columns: Sequence[Column], tests: Sequence[Test], catalogue: Catalogue
) -> Iterator[State]:
    if any(column.view is View.CHANGE for column in columns):
        name = columns[0].reads
        numbers = [test.value for test in tests if _is_number(test.value)]
        yield from (State({name: value}) for value in CHANGE.values(numbers))  # type: ignore[arg-type]
        yield State()
        return
    values = [*values_of(fact, columns, tests, catalogue)]
    missing: list[Facts] = [{}] if can_be_missing(fact) else []
    now: list[Facts] = [*({fact.name: value} for value in values), *missing]
    if all(column.view is not View.CHANGED for column in columns):
        yield from (State(each) for each in now)
        return
    before: list[Facts] = [*({fact.name: value} for value in values), {}]
    yield from (State(each, past) for each, past in product(now, before))


def values_of(
    fact: FactDef, columns: Sequence[Column], tests: Sequence[Test], catalogue: Catalogue
) -> Iterator[FactValue]:
    """Values of *fact* of which one lies in every cell."""
    named = dict.fromkeys((*_asked(tests), *_details(columns)))
    if fact.kind.is_numeric:
        yield from grid_of(fact, catalogue).values([value for value in named if _is_number(value)])  # type: ignore[misc]
    elif fact.kind is Kind.BOOLEAN:
        yield from (False, True)
    elif fact.kind is Kind.TEXTS:
        yield from _subsets([str(value) for value in named if isinstance(value, str)], columns)
    elif fact.choices:
        yield from fact.choices
    else:
        texts = [value for value in named if isinstance(value, str)]
        yield from (*texts, *_others(fact.kind, texts))


def _others(kind: Kind, texts: Sequence[str]) -> list[str]:
    """Two values of which no test asks, so that one may have changed to the other."""
    if kind in (Kind.DATE, Kind.MONTH_DAY):
        dates = [date.fromordinal(_FIRST + n).isoformat() for n in range(len(texts) + 2)]
        free = [each if kind is Kind.DATE else each[5:] for each in dates]
    else:
        free = [f"{ANOTHER} {n}" if n else ANOTHER for n in range(len(texts) + 2)]
    return [text for text in free if text not in texts][:2]


def _subsets(texts: Sequence[str], columns: Sequence[Column]) -> Iterator[tuple[str, ...]]:
    """Lists of the texts; those that always stand together in a rule stand for each other."""
    asked = [column.detail for column in columns if column.view in (View.HAS, View.IN)]
    unlike = {tuple(text in detail for detail in asked): text for text in reversed(texts)}
    texts = [*unlike.values()]
    if len(texts) > MOST_TEXTS:
        raise TooLargeError
    for size in range(len(texts) + 1):
        yield from combinations(sorted(texts), size)


def _asked(tests: Sequence[Test]) -> Iterator[Value]:
    for test in tests:
        if test.value is not None and "~" not in test.column:
            yield test.value


def _details(columns: Sequence[Column]) -> Iterator[Value]:
    for column in columns:
        if column.view in (View.HAS, View.IN, View.CHANGED):
            yield from (value for value in column.detail if value is not None)


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
