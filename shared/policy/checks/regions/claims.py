"""What can be claimed of a condition: that it holds, that it does not, that it is false.

Pure. Kleene's third value is settled here: "not true" is false or unknown, "false" is known to be false.
Claims are propositions over columns, with negation at their tests, so that they can be searched like any
other.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.model.conditions import Condition, Connective, Group, Junction, Proposition
from shared.model.rules import FactDef
from shared.policy.columns import Column
from shared.policy.lowering import Lowered, lower


@dataclass(frozen=True, slots=True)
class Claim:
    """A proposition and the columns it tests; *copy* tells apart the moments it is about."""

    proposition: Proposition
    columns: frozenset[Column]
    copy: int = 0

    def at(self, copy: int) -> "Claim":
        """The same claim about another moment."""
        return Claim(self.proposition, self.columns, copy)


@dataclass(frozen=True, slots=True)
class Choice:
    """At least one of *claims*, each about a moment of its own."""

    claims: tuple[Claim, ...]


@dataclass(slots=True)
class Claims:
    """Makes claims of conditions over one fact table; each condition is lowered once."""

    facts: Mapping[str, FactDef]
    _lowered: dict[Condition, Lowered] = field(default_factory=dict)

    def true(self, condition: Condition) -> Claim:
        """The condition holds."""
        said = self._of(condition)
        return Claim(said.certain, said.columns)

    def not_true(self, condition: Condition) -> Claim:
        """The condition is false or unknown."""
        said = self._of(_not(condition))
        return Claim(said.possible, said.columns)

    def false(self, condition: Condition) -> Claim:
        """The condition is known to be false."""
        said = self._of(_not(condition))
        return Claim(said.certain, said.columns)

    def not_false(self, condition: Condition) -> Claim:
        """The condition is true or unknown."""
        said = self._of(condition)
        return Claim(said.possible, said.columns)

    def _of(self, condition: Condition) -> Lowered:
        known = self._lowered.get(condition)
        if known is None:
            known = self._lowered[condition] = lower(condition, self.facts)
        return known


def any_of(*claims: Claim) -> Claim:
    """At least one of *claims*, which are about the same moment."""
    columns = frozenset(column for claim in claims for column in claim.columns)
    return Claim(
        Junction(False, tuple(claim.proposition for claim in claims)),
        columns,
        claims[0].copy if claims else 0,
    )


def all_of(*claims: Claim) -> Claim:
    """All of *claims*, which are about the same moment."""
    columns = frozenset(column for claim in claims for column in claim.columns)
    return Claim(
        Junction(True, tuple(claim.proposition for claim in claims)), columns, claims[0].copy if claims else 0
    )


def _not(condition: Condition) -> Condition:
    return Group(Connective.NONE, (condition,))
