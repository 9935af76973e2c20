"""Whether two conditions can hold for one customer at once. Pure."""

from shared.model.conditions import Condition
from shared.model.rules import Bundle
from shared.policy.checks.regions.claims import Claims
from shared.policy.checks.regions.search import TooLargeError
from shared.policy.checks.regions.solver import Regions
from shared.policy.checks.rulebook import SOME_DAY


def can_meet(one: Condition, other: Condition, bundle: Bundle) -> bool:
    """Whether some customer fulfils both; True too when there are too many cases to tell."""
    claims = Claims(bundle.facts)
    regions = Regions(bundle.facts, bundle.catalogue, SOME_DAY)
    try:
        return regions.customer(claims.true(one), claims.true(other)) is not None
    except TooLargeError:
        return True
