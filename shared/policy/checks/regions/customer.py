"""A customer that shows something: as few facts as it takes, at the values where things turn.

Pure values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.model.values import FactValue


@dataclass(frozen=True, slots=True)
class Customer:
    """Facts by moment: *facts* at the first, *later* what private facts are at further ones.

    *previous* is what was read at the evaluation before, where a rule looks back; *day* the local day on
    which it has to be, where a rule looks at dates.
    """

    facts: Mapping[str, FactValue]
    previous: Mapping[str, FactValue] = field(default_factory=dict)
    later: Mapping[int, Mapping[str, FactValue]] = field(default_factory=dict)
    day: int | None = None

    def at(self, copy: int) -> dict[str, FactValue]:
        """Every fact at moment *copy*."""
        return {**self.facts, **self.later.get(copy, {})}
