"""Whether claims can be true of one customer, and of which: the question all checks of meaning ask.

Pure and exact within its bounds: no answer means that there is no such customer; a question with more cases
than are looked at raises `TooLargeError` instead of guessing. Facts are free of each other but for
`relations`.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from shared.model.catalogue import Catalogue
from shared.model.conditions import Junction, Proposition, Test
from shared.model.rules import FactDef, FactSource
from shared.model.values import FactValue
from shared.policy.checks.regions.cells import Cell, cells_of
from shared.policy.checks.regions.claims import Choice, Claim
from shared.policy.checks.regions.customer import Customer
from shared.policy.checks.regions.dates import DATED, dated_cells
from shared.policy.checks.regions.domains import can_be_left_out
from shared.policy.checks.regions.relations import relations
from shared.policy.checks.regions.search import Atom, Branch, Budget, Node, solutions
from shared.policy.columns import Column
from shared.policy.lowering import tests as tests_of

_DATES = "~dates"  # no fact has this name
_NO_FACTS: frozenset[str] = frozenset()
Variable = tuple[int, str]  # moment (0: of all), name


@dataclass(slots=True)
class Regions:
    """Answers for one fact table; *today* is the first day on which dates are looked at."""

    facts: Mapping[str, FactDef]
    catalogue: Catalogue
    today: int
    _cells: dict[tuple[str, tuple[Test, ...], tuple[Column, ...]], list[Cell]] = field(default_factory=dict)

    def customer(self, *claims: Claim | Choice, private: AbstractSet[str] = _NO_FACTS) -> Customer | None:
        """The simplest customer found of whom all *claims* are true, None if there can be none."""
        return next(self.customers(*claims, private=private), None)

    def customers(self, *claims: Claim | Choice, private: AbstractSet[str] = _NO_FACTS) -> Iterator[Customer]:
        """Yield customers of whom all *claims* are true, one for each way to fulfil them.

        Facts in *private* may differ between the moments that claims are about, all others stay as they are.
        """
        known = relations([*_single(claims)], self.facts, self.catalogue, private)
        yield from _Question(self, private, (*claims, *known)).answers()

    def cells(self, name: str, tests: Sequence[Test], columns: Sequence[Column]) -> list[Cell]:
        """The cells of a fact, or of all dates together, under *tests*; worked out once."""
        key = (name, tuple(tests), tuple(columns))
        if key not in self._cells:
            self._cells[key] = self._gather(name, tests, columns)
        return self._cells[key]

    def _gather(self, name: str, tests: Sequence[Test], columns: Sequence[Column]) -> list[Cell]:
        if name != _DATES:
            return cells_of(self.facts[columns[0].fact], columns, tests, self.catalogue)
        named = {column.fact: self.facts[column.fact] for column in columns}
        dates = {n: fact for n, fact in named.items() if fact.source is not FactSource.CALENDAR}
        return dated_cells(dates, columns, tests, self.catalogue, self.today)


@dataclass(slots=True)
class _Question:
    """Claims as a search over cells: a variable for each fact, private ones for each moment."""

    regions: Regions
    private: AbstractSet[str]
    claims: Sequence[Claim | Choice]

    def answers(self) -> Iterator[Customer]:
        homes = self._homes()
        cells = {variable: self._cells(variable, homes) for variable in homes.variables}
        places = _Places(homes, cells)
        claims = [places.node(claim) for claim in self.claims]
        full = [(1 << len(found)) - 1 for found in cells.values()]
        for domains in solutions(claims, full, Budget()):
            asked = [
                number for number, left in enumerate(domains) if self._is_asked(number, left, full, cells)
            ]
            yield _customer(cells, domains, asked)

    def _is_asked(
        self, number: int, left: int, full: Sequence[int], cells: Mapping[Variable, list[Cell]]
    ) -> bool:
        """Whether the variable has to have one of the cells left, or may be left out of the customer."""
        name = [*cells][number][1].partition("~")[0]
        return left != full[number] or not (name == "" or can_be_left_out(self.regions.facts[name]))

    def _homes(self) -> "_Homes":
        homes = _Homes(self.private)
        dated = {c.fact for claim in _single(self.claims) for c in claim.columns if c.view in DATED}
        for claim in _single(self.claims):
            named = {column.name: column for column in claim.columns}
            for test in tests_of(claim.proposition):
                homes.settle(test, named[test.column], claim.copy, dated)
        return homes

    def _cells(self, variable: Variable, homes: "_Homes") -> list[Cell]:
        tests = sorted(homes.tests[variable], key=repr)
        columns = sorted(homes.columns[variable], key=lambda column: column.name)
        return self.regions.cells(variable[1], tests, columns)


@dataclass(slots=True)
class _Homes:
    """Which variable each column of each moment belongs to, and what is tested there."""

    private: AbstractSet[str]
    of: dict[tuple[str, int], Variable] = field(default_factory=dict)
    tests: dict[Variable, set[Test]] = field(default_factory=dict)
    columns: dict[Variable, set[Column]] = field(default_factory=dict)

    @property
    def variables(self) -> list[Variable]:
        return list(self.tests)

    def settle(self, test: Test, column: Column, copy: int, dated: AbstractSet[str]) -> None:
        moment = copy if column.fact in self.private else 0
        variable = (0, _DATES) if column.fact in dated else (moment, column.reads)
        self.of[column.name, copy] = variable
        self.tests.setdefault(variable, set()).add(test)
        self.columns.setdefault(variable, set()).add(column)


@dataclass(slots=True)
class _Places:
    """Turns claims into nodes over numbered variables and the cells in which each test holds."""

    homes: "_Homes"
    cells: Mapping[Variable, list[Cell]]
    numbers: dict[Variable, int] = field(init=False)
    bits: dict[Variable, dict[Test, int]] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {variable: number for number, variable in enumerate(self.cells)}
        self.bits = {
            variable: {test: 1 << bit for bit, test in enumerate(sorted(found, key=repr))}
            for variable, found in self.homes.tests.items()
        }

    def node(self, claim: Claim | Choice) -> Node:
        if isinstance(claim, Choice):
            return Branch(False, tuple(map(self.node, claim.claims)))
        return self._said(claim.proposition, claim.copy)

    def _said(self, said: Proposition, copy: int) -> Node:
        if isinstance(said, Junction):
            return Branch(said.conjunction, tuple(self._said(part, copy) for part in said.parts))
        variable = self.homes.of[said.column, copy]
        bit = self.bits[variable][said]
        held = sum(1 << place for place, cell in enumerate(self.cells[variable]) if cell.truth & bit)
        return Atom(self.numbers[variable], held)


def _single(claims: Sequence[Claim | Choice]) -> Iterator[Claim]:
    for claim in claims:
        if isinstance(claim, Choice):
            yield from claim.claims
        else:
            yield claim


def _customer(cells: Mapping[Variable, list[Cell]], domains: Sequence[int], asked: Sequence[int]) -> Customer:
    """Take the simplest cell left to each fact that something is asked of."""
    facts: dict[str, FactValue] = {}
    previous: dict[str, FactValue] = {}
    later: dict[int, dict[str, FactValue]] = {}
    day: int | None = None
    variables = [*cells.items()]
    for number in asked:
        (moment, _), found = variables[number]
        state = next(cell.state for place, cell in enumerate(found) if domains[number] >> place & 1)
        (facts if moment == 0 else later.setdefault(moment, {})).update(state.facts)
        if moment == 0:
            previous.update(state.previous)
        day = state.day if day is None else day
    return Customer(facts, previous, later, day)
