"""The present value of a group of customers.

The formula is the standard one for a cohort whose members stay with a constant probability and pay once a
year, the first time at once (P. D. Berger, N. I. Nasr, "Customer lifetime value: marketing models and
applications", Journal of Interactive Marketing 12(1), 1998, case 1; here with the cost to acquire each):

    N * ( sum over t = 0 .. T-1 of  R * m * (1 - c)^t / (1 + d)^t  -  CAC )

with customers N, revenue R per customer and year, margin m, churn c, discount rate d, years T.
Pure.
"""

from dataclasses import dataclass

from shared.worth.premises import Premises


@dataclass(frozen=True, slots=True)
class Year:
    """One year of the reckoning; *year* counts from 1, amounts are those of all customers."""

    year: int
    customers: float  # still with us when it begins
    profit: float  # margin of that year, not discounted
    present: float  # the same in today's money
    total: float  # net present value if it ended here


@dataclass(frozen=True, slots=True)
class Worth:
    """What *premises* come to."""

    premises: Premises
    years: tuple[Year, ...]

    @property
    def total(self) -> float:
        """Net present value of all customers."""
        return self.years[-1].total

    @property
    def per_customer(self) -> float:
        """Net present value of one customer; 0 when there is none."""
        return self.total / self.premises.customers if self.premises.customers else 0.0


def worth(premises: Premises) -> Worth:
    """Reckon year by year."""
    years = []
    customers, factor = premises.customers, 1.0
    total = -premises.acquisition_cost * premises.customers
    for number in range(1, premises.years + 1):
        profit = customers * premises.revenue * premises.margin
        total += profit * factor
        years.append(Year(number, customers, profit, profit * factor, total))
        customers *= 1 - premises.churn
        factor /= 1 + premises.discount
    return Worth(premises, tuple(years))


def net_present_value(premises: Premises) -> float:
    """The total alone."""
    return worth(premises).total
