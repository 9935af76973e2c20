"""Files and traits of all customers as tables of text. Pure."""

from shared.model.rules import Bundle
from shared.reports.files import FieldKnown, Files, Gap, OwnerFiles, ToConfirm
from shared.reports.sheet import Sheet
from shared.reports.traits import Spread, Traits
from shared.reports.wording import fact_title, iso

SHOWN = 20
SPREAD_NOTE = "over customers of whom there is evidence; neutral points that nothing proves are left out"


def files_sheets(found: Files, bundle: Bundle, language: str) -> list[Sheet]:
    """By field, by owner, whose files want work most, and what is to be confirmed; no value is told."""
    fields = [_field(each, bundle, language) for each in found.fields]
    note = f"{found.stale:,} not updated for {found.stale_days} days, {found.never:,} without a file"
    owners = ("owner", "customers", "complete", "stale", "without a file", "to confirm")
    confirm = [_to_confirm(each, bundle, language) for each in found.to_confirm[:SHOWN]]
    rest = len(found.to_confirm) - SHOWN
    return [
        Sheet(f"Files: {found.complete_percent:.1f} % complete", fields, _FIELDS, note),
        Sheet("By owner", [_owner(each) for each in found.owners], owners),
        Sheet("Members to ask first", [_gap(each, bundle, language) for each in found.gaps], _GAPS),
        Sheet("Stale fields to confirm", confirm, _CONFIRM, f"and {rest:,} more" if rest > 0 else ""),
    ]


_AGES = ("stale after, in days", "stale", "of members")
_FIELDS = ("field", "customers", "share", "members", "share of members", *_AGES)
_CONFIRM = ("customer", "member", "owner", "to confirm")
_GAPS = ("customer", "owner", "missing", "updated")


def _field(each: FieldKnown, bundle: Bundle, language: str) -> tuple[str, ...]:
    ages = each.stale_after_days is not None
    return (
        fact_title(each.field, bundle, language),
        f"{each.customers:,}",
        f"{each.percent:.1f} %",
        f"{each.members:,}",
        f"{each.members_percent:.1f} %",
        f"{each.stale_after_days:,}" if ages else "",
        f"{each.stale:,}" if ages else "",
        f"{each.members_stale:,}" if ages else "",
    )


def _to_confirm(each: ToConfirm, bundle: Bundle, language: str) -> tuple[str, ...]:
    names = ", ".join(fact_title(name, bundle, language) for name in each.fields)
    return each.customer, "yes" if each.member else "no", each.owner, names


def _owner(each: OwnerFiles) -> tuple[str, ...]:
    return (
        each.owner,
        f"{each.customers:,}",
        f"{each.complete_percent:.1f} %",
        f"{each.stale:,}",
        f"{each.never:,}",
        f"{each.to_confirm:,}",
    )


def _gap(each: Gap, bundle: Bundle, language: str) -> tuple[str, ...]:
    missing = ", ".join(fact_title(name, bundle, language) for name in each.missing)
    return each.customer, each.owner, missing, iso(each.updated) if each.updated else "no file"


def traits_sheets(found: Traits, bundle: Bundle, language: str) -> list[Sheet]:
    """One line for each trait and one for the score; and whose hand ratings are stale."""
    headers = ("trait", "with evidence", "share", "mean", "least", *_BOUNDS, "most", "rated", "stale")
    stale = [
        (customer, fact_title(name, bundle, language), f"{days:,}")
        for customer, name, days in found.stale[:SHOWN]
    ]
    rest = f"and {len(found.stale) - SHOWN:,} more" if len(found.stale) > SHOWN else ""
    return [
        Sheet("Traits", [_spread(each, bundle, language) for each in found.spreads], headers, SPREAD_NOTE),
        Sheet("Stale ratings by hand", stale, ("customer", "trait", "days ago"), rest),
    ]


_BOUNDS = ("20 %", "40 %", "60 %", "80 %")


def _spread(each: Spread, bundle: Bundle, language: str) -> tuple[str, ...]:
    bounds = [f"{value:.1f}" for value in each.quintiles] if each.quintiles else [""] * 6
    return (
        fact_title(each.name, bundle, language),
        f"{each.evident:,}",
        f"{each.evident_percent:.1f} %",
        "" if each.mean is None else f"{each.mean:.1f}",
        *bounds,
        f"{each.rated:,}",
        f"{each.stale:,}",
    )
