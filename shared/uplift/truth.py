"""What care really did, where the truth is known: the orders that it brought.

For the same customers in the same days as `following` compares, but without any comparison: a customer whom a
rule treated has the orders that its care brought, and would not have them without it. Pure.
"""

from collections.abc import Mapping, Sequence
from statistics import fmean

from shared.uplift.estimate import Uplift, Verdict
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


def pooled_truth(parts: Sequence[tuple[Uplift, float | None]]) -> float | None:
    """Several true effects as one, weighed and left out as `estimate.pooled` does with the estimates."""
    known = [
        (part.treated.customers, truth)
        for part, truth in parts
        if truth is not None and part.verdict is not Verdict.NOT_ENOUGH_DATA
    ]
    total = sum(customers for customers, _ in known)
    return sum(customers * truth for customers, truth in known) / total if total else None
