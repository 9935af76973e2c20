"""Which values of one fact a rule's necessary leaves leave open: enough to prove that two rules never meet.

Pure. Only leaves that must hold (the rule itself, or parts of its ``all`` groups) count, so an empty
domain is a proof; a domain that is not empty proves nothing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from math import inf

from shared.model.conditions import Condition, Connective, Leaf, Phrase
from shared.model.values import Value


def necessary(condition: Condition) -> Iterator[Leaf]:
    """Yield the leaves that hold whenever *condition* does."""
    if isinstance(condition, Leaf):
        yield condition
    elif condition.connective is Connective.ALL or (
        condition.connective is Connective.ANY and len(condition.parts) == 1
    ):
        for part in condition.parts:
            yield from necessary(part)


def exclusive(one: Condition, other: Condition, *, lists: frozenset[str]) -> bool:
    """Whether the two can be proved never to hold together; *lists* are facts with several values at once."""
    by_fact: dict[str, list[Leaf]] = {}
    for leaf in (*necessary(one), *necessary(other)):
        if leaf.fact not in lists:
            by_fact.setdefault(leaf.fact, []).append(leaf)
    return any(_contradict(leaves) for leaves in by_fact.values())


@dataclass(slots=True)
class _Domain:
    """An interval, a set allowed (``None``: all) and a set forbidden."""

    low: float = -inf
    low_open: bool = False
    high: float = inf
    high_open: bool = False
    allowed: frozenset[Value] | None = None
    forbidden: frozenset[Value] = frozenset()
    missing: bool = False
    known: bool = False

    def narrow(self, leaf: Leaf) -> None:
        values = [value for value in leaf.values if value is not None]
        if leaf.phrase is Phrase.MISSING:
            self.missing = True
            return
        self.known = True
        if leaf.phrase in {Phrase.IS, Phrase.ONE_OF}:
            self.allowed = frozenset(values) if self.allowed is None else self.allowed & frozenset(values)
        elif leaf.phrase in {Phrase.IS_NOT, Phrase.NONE_OF}:
            self.forbidden |= frozenset(values)
        else:
            self._order(leaf.phrase, [value for value in values if isinstance(value, (int, float))])

    def _order(self, phrase: Phrase, values: list[int | float]) -> None:
        if phrase in {Phrase.AT_LEAST, Phrase.BETWEEN}:
            self._raise(values[0], False)
        if phrase in {Phrase.AT_MOST, Phrase.BETWEEN}:
            self._lower(values[-1], False)
        if phrase is Phrase.MORE_THAN:
            self._raise(values[0], True)
        if phrase is Phrase.LESS_THAN:
            self._lower(values[0], True)

    def _raise(self, bound: float, is_open: bool) -> None:
        self.low, self.low_open = max((self.low, self.low_open), (bound, is_open))

    def _lower(self, bound: float, is_open: bool) -> None:
        negative, self.high_open = max((-self.high, self.high_open), (-bound, is_open))
        self.high = -negative

    @property
    def is_empty(self) -> bool:
        if self.missing:
            return self.known
        if self.allowed is not None:
            return not any(self._contains(value) for value in self.allowed - self.forbidden)
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def _contains(self, value: Value) -> bool:
        if isinstance(value, (str, bool)):
            return True
        above = value > self.low or (value == self.low and not self.low_open)
        return above and (value < self.high or (value == self.high and not self.high_open))


def _contradict(leaves: Iterable[Leaf]) -> bool:
    domain = _Domain()
    for leaf in leaves:
        domain.narrow(leaf)
    return domain.is_empty
