"""Proofs that a slip changes nothing for any customer, so that no test could notice it. Pure.

What cannot be decided counts as not proved.
"""

from dataclasses import dataclass, field
from itertools import permutations

from shared.model.conditions import Condition
from shared.model.rules import Bundle
from shared.policy.checks.regions.claims import Claim, Claims
from shared.policy.checks.regions.search import TooLargeError
from shared.policy.checks.regions.solver import Regions
from shared.policy.checks.rulebook import SOME_DAY
from shared.policy.testing.mutating import Mutant


@dataclass(slots=True)
class Proofs:
    """Proofs over one bundle's facts."""

    bundle: Bundle
    _claims: Claims = field(init=False)
    _regions: Regions = field(init=False)

    def __post_init__(self) -> None:
        self._claims = Claims(self.bundle.facts)
        self._regions = Regions(self.bundle.facts, self.bundle.catalogue, SOME_DAY)

    def changes_nothing(self, mutant: Mutant) -> bool:
        """Whether it is proved that *mutant* does what the rules do."""
        try:
            return self._is_proved(mutant)
        except TooLargeError:
            return False

    def _is_proved(self, mutant: Mutant) -> bool:
        one, other = mutant.rule, mutant.rules[-1]
        if mutant.key == "priority":
            return self._never(self._claims.true(one.when), self._claims.true(other.when))
        if mutant.key == "when":
            return self._same(one.when, other.when)
        if mutant.key == "clear_when" and one.clear_when is not None and other.clear_when is not None:
            # while `when` holds nobody asks `clear_when`
            return self._same(one.clear_when, other.clear_when, self._claims.not_true(one.when))
        return False

    def _same(self, one: Condition, other: Condition, *meanwhile: Claim) -> bool:
        """Whether no customer makes one of the two true, or false, and the other anything else."""
        claims = self._claims
        for left, right in permutations((one, other)):
            for says, differs in ((claims.true, claims.not_true), (claims.false, claims.not_false)):
                if not self._never(says(left), differs(right), *meanwhile):
                    return False
        return True

    def _never(self, *claims: Claim) -> bool:
        return self._regions.customer(*claims) is None
