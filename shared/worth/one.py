"""What one customer is worth: their own revenue, kept as long as their group keeps its customers. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from shared.worth.combining import Sourced, combine
from shared.worth.measured import EVERYBODY, Bought, Measured
from shared.worth.value import Worth, worth

TOLD = ("revenue", "churn", "margin", "years", "discount")
"""The premises that matter of one customer, who need not be won any more."""


@dataclass(frozen=True, slots=True)
class CustomerWorth:
    """*group* lent its churn: the customer's own, or everybody's where that tells too little."""

    group: str
    sourced: Sourced
    worth: Worth

    @property
    def data(self) -> dict[str, Any]:
        """For programs."""
        premises = asdict(self.worth.premises)
        return {
            "total": self.worth.total,
            "group": self.group,
            "premises": {name: premises[name] for name in TOLD},
            "sources": {name: self.sourced.sources[name] for name in TOLD},
        }


def customer_worth(
    own: Bought, group: str, measured: Mapping[str, Measured], margin: float
) -> CustomerWorth | None:
    """Worth of a customer of *group* who bought *own*; None where nobody's churn can be measured.

    *measured* is by group, and of all under `EVERYBODY`. Raises `PremiseError` for a margin that cannot be.
    """
    for name in (group, EVERYBODY):
        found = measured.get(name)
        if found is not None and found.churn is not None:
            alone = Measured(name, found.bought_before, found.stayed, 1, own.revenue)
            sourced = combine({"customers": 1.0, "acquisition_cost": 0.0, "margin": margin}, alone)
            return CustomerWorth(name, sourced, worth(sourced.premises))
    return None
