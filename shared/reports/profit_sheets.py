"""Profit by customer as tables of text. Pure."""

from shared.model.rules import Bundle
from shared.reports.profit import Balance, Fifth, Profit
from shared.reports.report_sheets import CURVE, curve_note, curve_rows
from shared.reports.sheet import Sheet

SHOWN = 20
FIFTHS_NOTE = "customers ranked by profit; cost: what serving them cost"


def profit_sheets(found: Profit, bundle: Bundle) -> list[Sheet]:
    """The curve, its fifths, the best, who costs more than they bring, and what was spent on what."""
    unit = f" {bundle.catalogue.currency}"
    share = f"{found.curve.top_share_percent:.1f} %"
    title = f"Profit at {found.margin_percent:g} % margin: the top 20 % bring {share}"
    best = [(customer, f"{value:,.2f}{unit}") for customer, value in found.curve.top]
    spent = [(kind, f"{cost:,.2f}{unit}") for kind, cost in found.costs]
    losing = [_losing(each, unit) for each in found.losing[:SHOWN]]
    rest = len(found.losing) - SHOWN
    more = f"and {rest:,} more" if rest > 0 else ""
    return [
        Sheet(title, curve_rows(found.curve, unit), CURVE, curve_note(found.curve, unit)),
        Sheet("Fifth by fifth", [_fifth(each, unit) for each in found.fifths], _FIFTHS, FIFTHS_NOTE),
        Sheet("The best", best, ("customer", "profit")),
        Sheet("Who costs more than they bring", losing, _LOSING, more),
        Sheet("Cost to serve", spent, ("for what", "spent"), "as declared on events and in policy.yaml"),
    ]


_FIFTHS = ("up to", "customers", "bought", "returned", "cost to serve", "profit")
_LOSING = ("customer", "bought", "returned", "cost to serve", "mostly for", "profit")


def _fifth(each: Fifth, unit: str) -> tuple[str, ...]:
    money = (f"{value:,.2f}{unit}" for value in (each.bought, each.returned, each.cost, each.profit))
    return f"{each.until_percent} %", f"{each.customers:,}", *money


def _losing(each: Balance, unit: str) -> tuple[str, ...]:
    bought, returned, cost, profit = (
        f"{value:,.2f}{unit}" for value in (each.bought, each.returned, each.cost, each.profit)
    )
    return each.customer, bought, returned, cost, each.mostly, profit
