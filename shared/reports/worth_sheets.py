"""Worth as tables of text: premises with their sources, years, scenarios, break-even, sensitivity. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.model.values import in_language
from shared.reports.sheet import Sheet
from shared.worth.limits import BreakEven, Swing
from shared.worth.one import TOLD, CustomerWorth
from shared.worth.premises import PREMISES, Premises, tell
from shared.worth.scenarios import Compared
from shared.worth.value import Worth

ALL = "all"
FORMULA = "N × (Σ[t = 0 … T-1] R × m × (1-c)^t / (1+d)^t - CAC)"


@dataclass(frozen=True, slots=True)
class WorthReport:
    """All that is told of one group; *sources* says of each premise where it comes from."""

    group: str
    sources: dict[str, str]
    worth: Worth
    scenarios: Sequence[Compared]
    break_even: Sequence[BreakEven]
    sensitivity: Sequence[Swing]


def all_sheets(reports: Sequence[WorthReport], currency: str, language: str) -> list[Sheet]:
    """One group in full; several side by side, with their scenarios."""
    if len(reports) == 1:
        return worth_sheets(reports[0], currency, language)
    return [group_sheet(reports, currency), *scenario_sheets(reports, currency)]


def worth_sheets(report: WorthReport, currency: str, language: str) -> list[Sheet]:
    """The tables of one group."""
    premises = report.worth.premises
    prefix = f"{report.group}: " if report.group else ""
    total = money(report.worth.total, currency)
    return [
        Sheet(f"{prefix}worth {total}", _premise_rows(report, currency, language), _PREMISE_HEADERS, FORMULA),
        Sheet("Year by year", _year_rows(report.worth, currency), _YEAR_HEADERS),
        Sheet("Scenarios", _scenario_rows(report.scenarios, premises, currency), _SCENARIO_HEADERS),
        Sheet("Break-even", _even_rows(report.break_even, language), ("premise", "now", "break-even")),
        Sheet("Sensitivity", _swing_rows(report.sensitivity, currency, language), _SWING_HEADERS),
    ]


def customer_worth_sheet(found: CustomerWorth, currency: str, language: str) -> Sheet:
    """One customer: their own revenue and what else it rests on; whose churn it is stands with its source."""
    premises, sources = found.worth.premises, found.sourced.sources
    rows = []
    for name in TOLD:
        value = getattr(premises, name)
        told = money(value, currency) if PREMISES[name].is_amount else tell(name, round(value, 4))
        source = f"{sources[name]}, {found.group}" if name == "churn" and found.group else sources[name]
        rows.append((_title(name, language), told, source))
    total = money(found.worth.total, currency)
    return Sheet(f"Worth {total}", rows, _PREMISE_HEADERS)


_PREMISE_HEADERS = ("premise", "value", "source")
_YEAR_HEADERS = ("year", "customers", "profit", "in today's money", "worth if it ended here")
_SCENARIO_HEADERS = ("scenario", "customers", "churn", "revenue", "cost", "years", "worth", "gain")
_SWING_HEADERS = ("premise", "changed by", "lower", "higher")


def group_sheet(reports: Sequence[WorthReport], currency: str) -> Sheet:
    """One line for each group and one for all."""
    rows = [
        (
            report.group,
            f"{report.worth.premises.customers:,.0f}",
            tell("churn", round(report.worth.premises.churn, 4)),
            money(report.worth.premises.revenue, currency),
            money(report.worth.per_customer, currency),
            money(report.worth.total, currency),
        )
        for report in reports
    ]
    customers = sum(report.worth.premises.customers for report in reports)
    total = money(sum(report.worth.total for report in reports), currency)
    headers = ("group", "customers", "churn", "revenue", "worth each", "worth")
    return Sheet("Worth by group", [*rows, (ALL, f"{customers:,.0f}", "", "", "", total)], headers)


def scenario_sheets(reports: Sequence[WorthReport], currency: str) -> list[Sheet]:
    """What each scenario adds to each group, side by side; one that a group does not allow stays empty."""
    names = list(dict.fromkeys(each.name for report in reports for each in report.scenarios))
    gains = [{each.name: each.gain for each in report.scenarios} for report in reports]
    rows = [
        (report.group, *(signed(found[name], currency) if name in found else "" for name in names))
        for report, found in zip(reports, gains, strict=True)
    ]
    sums = [signed(sum(found.get(name, 0.0) for found in gains), currency) for name in names]
    return [Sheet("Gain by scenario", [*rows, (ALL, *sums)], ("group", *names))] if names else []


def signed(amount: float, currency: str) -> str:
    """A difference with its sign and currency."""
    return f"{amount:+,.2f} {currency}".rstrip()


def money(amount: float, currency: str) -> str:
    """An amount with its currency."""
    return f"{amount:,.2f} {currency}".rstrip()


def _title(name: str, language: str) -> str:
    return in_language(PREMISES[name].title, language)


def _premise_rows(report: WorthReport, currency: str, language: str) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for name, source in report.sources.items():
        value = getattr(report.worth.premises, name)
        told = money(value, currency) if PREMISES[name].is_amount else tell(name, value)
        rows.append((_title(name, language), told, source))
    return rows


def _year_rows(worth: Worth, currency: str) -> list[tuple[str, ...]]:
    return [
        (
            str(year.year),
            f"{year.customers:,.0f}",
            money(year.profit, currency),
            money(year.present, currency),
            money(year.total, currency),
        )
        for year in worth.years
    ]


def _scenario_rows(found: Sequence[Compared], base: Premises, currency: str) -> list[tuple[str, ...]]:
    names = ("customers", "churn", "revenue", "acquisition_cost", "years")
    return [
        (
            each.name,
            *(_changed(name, each.premises, base) for name in names),
            money(each.value, currency),
            signed(each.gain, currency),
        )
        for each in found
    ]


def _changed(name: str, premises: Premises, base: Premises) -> str:
    value = getattr(premises, name)
    return tell(name, value) if value != getattr(base, name) else ""


def _even_rows(found: Sequence[BreakEven], language: str) -> list[tuple[str, ...]]:
    return [
        (
            _title(each.name, language),
            tell(each.name, each.now),
            "never" if each.value is None else tell(each.name, round(each.value, 6)),
        )
        for each in found
    ]


def _swing_rows(found: Sequence[Swing], currency: str, language: str) -> list[tuple[str, ...]]:
    return [
        (
            _title(each.name, language),
            "± 1" if each.name == "years" else f"± {each.percent:g} %",
            money(each.lower, currency),
            money(each.higher, currency),
        )
        for each in found
    ]
