"""Search for cells that make every claim true: propagation, then a branch on the narrowest choice.

Pure, and blind to what cells mean: variables are numbers, sets of cells are bits of a whole number.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

MOST_STEPS = 20_000


class TooLargeError(Exception):
    """The question has more cases than are looked at; nothing is known of its answer."""


@dataclass(frozen=True, slots=True)
class Atom:
    """Holds while *variable* is in one of *cells*."""

    variable: int
    cells: int


@dataclass(frozen=True, slots=True)
class Branch:
    """All of the parts (*conjunction*) or at least one."""

    conjunction: bool
    parts: tuple["Node", ...]


Node = Atom | Branch
Domains = list[int]


@dataclass(slots=True)
class Budget:
    """How many steps a search may still take."""

    left: int = field(default=MOST_STEPS)

    def spend(self) -> None:
        """Take one step."""
        self.left -= 1
        if self.left < 0:
            raise TooLargeError


def solutions(claims: Sequence[Node], domains: Domains, budget: Budget) -> Iterator[Domains]:
    """Yield for each way to fulfil *claims* the cells left to every variable: any choice of them will do."""
    budget.spend()
    domains = list(domains)
    choices = _settle(claims, domains)
    if choices is None:
        return
    if not choices:
        yield domains
        return
    choice = min(choices, key=lambda branch: len(branch.parts))
    rest = [branch for branch in choices if branch is not choice]
    for part in choice.parts:
        yield from solutions([part, *rest], domains, budget)


def _settle(claims: Sequence[Node], domains: Domains) -> list[Branch] | None:
    """Narrow *domains* by all that must hold; return the choices left open, None if nothing is left."""
    todo, choices = list(claims), list[Branch]()
    while todo:
        while todo:
            node = todo.pop()
            if isinstance(node, Branch):
                (todo.extend(node.parts) if node.conjunction else choices.append(node))
                continue
            domains[node.variable] &= node.cells
            if not domains[node.variable]:
                return None
        choices, waiting = [], choices
        for branch in waiting:
            open_parts = tuple(part for part in branch.parts if _possible(part, domains))
            if not open_parts:
                return None
            if len(open_parts) == 1:
                todo.append(open_parts[0])
            elif not any(_certain(part, domains) for part in open_parts):
                choices.append(Branch(False, open_parts))
    return choices


def _possible(node: Node, domains: Domains) -> bool:
    if isinstance(node, Atom):
        return bool(domains[node.variable] & node.cells)
    asked = all if node.conjunction else any
    return asked(_possible(part, domains) for part in node.parts)


def _certain(node: Node, domains: Domains) -> bool:
    if isinstance(node, Atom):
        return not domains[node.variable] & ~node.cells
    asked = all if node.conjunction else any
    return asked(_certain(part, domains) for part in node.parts)
