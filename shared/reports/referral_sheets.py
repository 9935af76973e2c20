"""The referral programme as tables of text. Pure."""

from shared.model.rules import Bundle
from shared.reports.referrals import Referrals
from shared.reports.sheet import Sheet

SHOWN = 20
NOTE = "each step holds those of the step before; who recommends of their own accord stands only below"


def referral_sheets(found: Referrals, bundle: Bundle) -> list[Sheet]:
    """The funnel, and who recommended us."""
    steps = [
        (
            each.step,
            f"{each.customers:,}",
            f"{each.of_before_percent:.1f} %",
            f"{each.of_chosen_percent:.1f} %",
        )
        for each in found.steps
    ]
    people = [
        (
            each.customer,
            "yes" if each.was_asked else "no",
            f"{each.recommendations:,}",
            f"{each.converted:,}",
            _money(each.value, bundle),
        )
        for each in found.recommenders[:SHOWN]
    ]
    value = [
        ("by all who recommended us", _money(found.value, bundle)),
        ("by those who were asked", _money(found.value_when_asked, bundle)),
    ]
    rest = len(found.recommenders) - SHOWN
    return [
        Sheet(
            "Referral programme", steps, ("step", "customers", "of the step before", "of the chosen"), NOTE
        ),
        Sheet("Who recommended us", people, _HEADERS, f"and {rest:,} more" if rest > 0 else ""),
        Sheet("What new customers bought first", value),
    ]


_HEADERS = ("customer", "was asked", "recommendations", "converted", "value")


def _money(value: float, bundle: Bundle) -> str:
    return f"{value:,.{bundle.catalogue.minor_digits}f} {bundle.catalogue.currency}"
