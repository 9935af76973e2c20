"""Which customers leave: by what rules said of them at their last purchase, and by how long they had bought.

Pure. Beside them stand the others, because a kind that most customers are of is no mark of leavers. Whoever
never bought is of no kind.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

BOUGHT_FOR = "bought for"
ONCE = "one day only"
_SPANS = ((180, "up to half a year"), (365, "up to a year"), (730, "up to two years"))
LONGER = "more than two years"


@dataclass(frozen=True, slots=True)
class KindOf:
    """How many leavers, and how many others, *fact* was *value* for; each in percent of theirs."""

    fact: str
    value: str
    leavers: int
    leavers_percent: float
    others: int
    others_percent: float


@dataclass(slots=True)
class Kinds:
    """Adds up kinds of leavers and of others."""

    people: dict[bool, int] = field(default_factory=lambda: {True: 0, False: 0})
    found: dict[bool, Counter[tuple[str, str]]] = field(
        default_factory=lambda: {True: Counter(), False: Counter()}
    )

    def add(self, kinds: Iterable[tuple[str, str]], *, left: bool) -> None:
        """Take in one customer with what they were: fact and value."""
        self.people[left] += 1
        self.found[left].update(kinds)

    def compared(self) -> tuple[KindOf, ...]:
        """By fact; of each first what sets leavers apart most."""
        lines = [self._line(fact, value) for fact, value in self.found[True] | self.found[False]]
        return tuple(sorted(lines, key=_rank))

    def _line(self, fact: str, value: str) -> KindOf:
        leavers, others = (self.found[left][fact, value] for left in (True, False))
        return KindOf(
            fact, value, leavers, self._percent(leavers, True), others, self._percent(others, False)
        )

    def _percent(self, count: int, left: bool) -> float:
        return round(100 * count / self.people[left], 1) if self.people[left] else 0.0


def _rank(each: KindOf) -> tuple[str, float, str]:
    return each.fact, each.others_percent - each.leavers_percent, each.value


def span(first: int, last: int) -> str:
    """How long somebody had bought, in words, from the day of the first purchase to that of the last."""
    days = last - first
    if not days:
        return ONCE
    return next((words for most, words in _SPANS if days <= most), LONGER)
