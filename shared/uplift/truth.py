"""What care really did, where the truth is known: the orders that it brought.

For the same customers in the same days as `following` compares, but without any comparison: a customer whom a
rule treated has the orders that its care brought, and would not have them without it. Pure.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean

from shared.uplift.following import NOTHING, Begun, Orders


def true_effect(
    begun: Sequence[Begun], brought: Mapping[str, Orders], *, days: int, today: int
) -> float | None:
    """Mean of the orders that care brought to those treated in the *days* after; None where nobody was."""
    found = [
        brought.get(each.customer, NOTHING).count(each.day, each.day + days)
        for each in begun
        if not each.held_out and each.day + days <= today
    ]
    return fmean(found) if found else None
