"""Lower a condition to two-valued, typed propositions that any engine can run.

Kleene logic with two values: an unknown leaf is false in *certain* and true in *possible*; possible without
certain is unknown. Negation is pushed to the leaves here, so engines never negate. Pure;
conditions come checked (names, types, units), anything else raises `LoweringError`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.model.conditions import Condition, Connective, Leaf, Phrase, Proposition, Test
from shared.model.rules import FactDef
from shared.policy.columns import Column, Crossing
from shared.policy.senses import NEVER_TRUE, LoweringError, Sense, both, dated, either, sense

__all__ = ["Lowered", "LoweringError", "leaves", "lower", "tests"]


@dataclass(frozen=True, slots=True)
class Lowered:
    """A condition as engines see it.

    Engines compile *certain* twice, the second time so that comparisons of a missing column pass, which says
    the same as *possible* without its many alternatives. So it is *certain* that has to fit the envelope.
    When every one of *needed* is known, nothing is unknown.
    """

    certain: Proposition
    possible: Proposition
    columns: frozenset[Column]
    needed: frozenset[str]
    crossings: frozenset[Crossing]


def lower(condition: Condition, facts: Mapping[str, FactDef]) -> Lowered:
    """Compile *condition* over the fact table *facts*."""
    senses = {leaf: sense(leaf, facts) for leaf in leaves(condition)}
    return Lowered(
        certain=_fold(condition, senses, holds=True, hope=False),
        possible=_fold(condition, senses, holds=True, hope=True),
        columns=frozenset(column for said in senses.values() for column in said.columns),
        needed=frozenset(test.column for said in senses.values() for test in tests(said.unknown)),
        crossings=frozenset(_crossings(senses, facts)),
    )


def leaves(condition: Condition) -> Iterator[Leaf]:
    """Yield the leaves in the order they were written."""
    if isinstance(condition, Leaf):
        yield condition
    else:
        for part in condition.parts:
            yield from leaves(part)


def tests(proposition: Proposition) -> Iterator[Test]:
    """Yield the tests of *proposition* in order."""
    if isinstance(proposition, Test):
        yield proposition
    else:
        for part in proposition.parts:
            yield from tests(part)


def _fold(condition: Condition, senses: Mapping[Leaf, Sense], *, holds: bool, hope: bool) -> Proposition:
    """Say that *condition* is *holds*; an unknown leaf counts as saying so only with *hope*."""
    if isinstance(condition, Leaf):
        said = senses[condition]
        known = said.true if holds else said.false
        return either(known, said.unknown) if hope and said.unknown != NEVER_TRUE else known
    of_parts = holds is not (condition.connective is Connective.NONE)
    parts = [_fold(part, senses, holds=of_parts, hope=hope) for part in condition.parts]
    together = condition.connective is not Connective.ANY
    return both(*parts) if together is holds else either(*parts)


def _crossings(said: Mapping[Leaf, Sense], facts: Mapping[str, FactDef]) -> Iterator[Crossing]:
    for leaf in said:
        if leaf.phrase is Phrase.WITHIN and isinstance(leaf.values[0], int):
            yield Crossing(dated(leaf, facts[leaf.fact]), leaf.values[0])
