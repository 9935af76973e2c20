"""A policy's verdicts, remembered by what it saw: customers who look alike to its rules are judged once.

Pure but for the memory, which never changes an answer.
"""

from collections.abc import Mapping
from typing import Protocol

from shared.model.values import FactValue
from shared.policy.engine.condition_set import ConditionSet
from shared.policy.evaluation.looking import Sight

Verdicts = Mapping[str, bool | None]
"""By condition: true, false or unknown."""

_MOST = 4_096


class Answers(Protocol):
    """Gives verdicts on facts."""

    def of(
        self,
        seen: Sight,
        facts: Mapping[str, FactValue],
        previous: Mapping[str, FactValue],
        day: int,
        turn: int | None,
    ) -> Verdicts:
        """Return the verdicts on *facts*, of which *seen* is what can be told apart."""


class RememberedVerdicts:
    """Asks *conditions* for each sight once; what was read at the previous evaluation is part of it where
    conditions compare with that."""

    def __init__(self, conditions: ConditionSet) -> None:
        self._conditions = conditions
        self._watched = tuple(sorted(conditions.watched))
        self._known: dict[tuple[object, ...], Verdicts] = {}

    def of(
        self,
        seen: Sight,
        facts: Mapping[str, FactValue],
        previous: Mapping[str, FactValue],
        day: int,
        turn: int | None,
    ) -> Verdicts:
        """Return the verdicts on *facts*, of which *seen* is what can be told apart.

        *turn* is when a date among them next passes a number it is compared with: until then all days look
        alike.
        """
        sight = (seen, turn, *map(previous.get, self._watched))
        verdicts = self._known.get(sight)
        if verdicts is None:
            if len(self._known) >= _MOST:
                self._known.clear()
            conditions = self._conditions
            verdicts = self._known[sight] = conditions.judge(conditions.project(facts, previous, day))
        return verdicts
