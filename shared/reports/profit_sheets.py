"""Profit by customer as tables of text. Pure."""

from shared.model.rules import Bundle
from shared.reports.profit import Profit
from shared.reports.report_sheets import CURVE, curve_note, curve_rows
from shared.reports.sheet import Sheet

SHOWN = 20


def profit_sheets(found: Profit, bundle: Bundle) -> list[Sheet]:
    """The curve, the best, who costs more than they bring, and what was spent on what."""
    unit = f" {bundle.catalogue.currency}"
    share = f"{found.curve.top_share_percent:.1f} %"
    title = f"Profit at {found.margin_percent:g} % margin: the top 20 % bring {share}"
    best = [(customer, f"{value:,.2f}{unit}") for customer, value in found.curve.top]
    losing = [(customer, f"{value:,.2f}{unit}") for customer, value in found.losing[:SHOWN]]
    spent = [(kind, f"{cost:,.2f}{unit}") for kind, cost in found.costs]
    rest = len(found.losing) - SHOWN
    return [
        Sheet(title, curve_rows(found.curve, unit), CURVE, curve_note(found.curve, unit)),
        Sheet("The best", best, ("customer", "profit")),
        Sheet(
            "Who costs more than they bring",
            losing,
            ("customer", "profit"),
            f"and {rest:,} more" if rest > 0 else "",
        ),
        Sheet("Cost to serve", spent, ("for what", "spent"), "as declared on events and in policy.yaml"),
    ]
