"""A priced backtest as tables of text: the bill, members by group, actions, and what it rests on. Pure."""

from collections.abc import Mapping

from shared.model.values import in_language
from shared.reports.sheet import Sheet
from shared.reports.worth_sheets import ALL, money, signed
from shared.worth.combining import Sourced
from shared.worth.premises import PREMISES, tell
from shared.worth.pricing import Priced

EVERYBODY = "everybody"


def pricing_sheets(
    priced: Priced, sourced: Mapping[str, Sourced], effect_source: str, currency: str, language: str
) -> list[Sheet]:
    """All tables; empty ones are left out."""
    sheets = [
        _bill(priced, currency),
        _members(priced, currency),
        _actions(priced, currency),
        _premises(priced, sourced, effect_source, currency, language),
    ]
    return [sheet for sheet in sheets if sheet.rows]


def _bill(priced: Priced, currency: str) -> Sheet:
    rows = [
        ("what members gained add", signed(priced.a_year(priced.value), currency)),
        ("what actions cost more", signed(-priced.a_year(priced.cost), currency)),
        ("net a year", signed(priced.net_a_year, currency)),
        ("not priced", f"{priced.other_moves:,} earlier, later or otherwise"),
    ]
    return Sheet("What the change is worth a year", rows)


def _members(priced: Priced, currency: str) -> Sheet:
    rows = [
        (
            each.group or EVERYBODY,
            f"{each.gained:,}",
            f"{each.lost:,}",
            money(each.worth_each, currency),
            signed(each.effect_each, currency),
            signed(each.at_stake, currency),
            signed(each.value, currency),
        )
        for each in priced.groups
    ]
    if len(rows) > 1:
        gained, lost = (
            f"{sum(getattr(each, name) for each in priced.groups):,}" for name in ("gained", "lost")
        )
        stake = signed(sum(each.at_stake for each in priced.groups), currency)
        rows.append((ALL, gained, lost, "", "", stake, signed(priced.value, currency)))
    headers = ("group", "gained", "lost", "worth each", "membership adds", "worth moved", "value")
    return Sheet("Members gained and lost", rows, headers, f"in {priced.days} days")


def _actions(priced: Priced, currency: str) -> Sheet:
    rows = [
        (each.kind, each.name, f"{each.orders:+,}", signed(each.cost, currency)) for each in priced.actions
    ]
    return Sheet("Actions ordered more or less", rows, ("action", "what", "ordered more", "costs more"))


def _premises(
    priced: Priced, sourced: Mapping[str, Sourced], effect_source: str, currency: str, language: str
) -> Sheet:
    """What the bill rests on: read it before you believe the bill."""
    rows = [("", "membership", priced.effect, effect_source)]
    for group, each in sourced.items():
        for name, source in each.sources.items():
            if name in ("customers", "acquisition_cost"):
                continue  # of one customer, who is there already
            value = getattr(each.premises, name)
            told = money(value, currency) if PREMISES[name].is_amount else tell(name, round(value, 6))
            rows.append((group or EVERYBODY, in_language(PREMISES[name].title, language), told, source))
    return Sheet("What this rests on", rows, ("group", "premise", "value", "source"))
