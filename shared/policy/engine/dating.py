"""Whom the dates of a condition concern: nobody for whom it is false whatever the day.

Pure. Of parts that must all hold, one that no date has a say in may rule the whole condition out; then no
festival can make it true, and the customer need not be woken for one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.model.conditions import Condition, Connective, Group, Phrase
from shared.policy.columns import Crossing
from shared.policy.engine.truth import Situation, truth
from shared.policy.lowering import Lowered, leaves

_MOVING = frozenset({Phrase.WITHIN, Phrase.CHANGED})


@dataclass(frozen=True, slots=True)
class Dated:
    """A condition's *guards*, and the *crossings* on which a date may turn it while none of them is false."""

    guards: tuple[Condition, ...]
    crossings: frozenset[Crossing]

    def concerns(self, situation: Situation) -> bool:
        """Whether a date may yet turn the condition, as the other facts stand."""
        return all(truth(guard, situation) is not False for guard in self.guards)


def dated(conditions: Mapping[str, Condition], lowered: Mapping[str, Lowered]) -> tuple[Dated, ...]:
    """The conditions that name dates."""
    return tuple(
        Dated(_guards(condition), lowered[name].crossings)
        for name, condition in conditions.items()
        if lowered[name].crossings
    )


def _guards(condition: Condition) -> tuple[Condition, ...]:
    """The parts that must hold, and that say the same on any day until a fact changes."""
    if not isinstance(condition, Group) or condition.connective is not Connective.ALL:
        return ()
    return tuple(part for part in condition.parts if _MOVING.isdisjoint(leaf.phrase for leaf in leaves(part)))
