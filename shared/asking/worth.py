"""What customers are worth, asked of the store: premises measured or given, and what they come to.

Two years of purchases are read, and who was in which group when the last year began. What people give is not
measured; what nobody gives and no event tells is refused, never guessed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from shared.asking.orders import ask_paid, ask_settings
from shared.asking.records import Records
from shared.reports.sheet import Sheet
from shared.reports.worth_sheets import WorthReport, all_sheets
from shared.worth.combining import NotEnoughDataError, Sourced, combine
from shared.worth.limits import break_even, sensitivity
from shared.worth.measured import YEAR, Bought, Measured, measure
from shared.worth.scenarios import Scenario, compare, parse_scenario, standard
from shared.worth.value import worth

MEASURABLE = ("customers", "churn", "revenue")


@dataclass(frozen=True, slots=True)
class WorthWish:
    """What is asked: premises *given*, scenarios in words, *by* a fact that rules set, of a *metric*."""

    given: Mapping[str, float | None] = field(default_factory=dict)
    scenarios: Sequence[str] = ()
    by: str | None = None
    metric: str | None = None

    @property
    def needs_records(self) -> bool:
        """Whether anything has to be measured."""
        return self.by is not None or any(self.given.get(name) is None for name in MEASURABLE)


@dataclass(frozen=True, slots=True)
class Worths:
    """The answer: a report of each group, and a line for each that has too little data."""

    currency: str
    reports: Sequence[WorthReport]
    skipped: Sequence[str]

    @property
    def data(self) -> dict[str, Any]:
        """For programs."""
        groups = [_document(each) for each in self.reports]
        return {"currency": self.currency, "groups": groups, "skipped": list(self.skipped)}

    def sheets(self, language: str) -> list[Sheet]:
        """For people, in English but for what has words of its own in *language*."""
        return all_sheets(self.reports, self.currency, language)


def ask_worth(records: Records | None, wanted: WorthWish) -> Worths:
    """Reckon what is *wanted*; *records* None: all of it is given. Raises `PremiseError`, `MisaskedError`."""
    scenarios = [parse_scenario(text) for text in wanted.scenarios]
    measured: Sequence[Measured | None] = [None]
    currency = ""
    if records is not None:
        currency = records.bundle.catalogue.currency
        if wanted.needs_records:
            measured = ask_measured(records, wanted.metric, wanted.by)
    found, skipped = _combined(wanted.given, measured)
    return Worths(currency, [_report(each, scenarios) for each in found], skipped)


def ask_measured(records: Records, metric: str | None, fact: str | None) -> list[Measured]:
    """Premises measured from every accepted event, by the group in which customers were a year ago."""
    today = records.today() - 1
    settings = ask_settings(records, fact) if fact else None
    bought: dict[str, Bought] = {}
    for paid in ask_paid(records, metric):
        bought.setdefault(paid.customer, Bought()).add(paid.day, today, paid.amount, paid.sign)
    if settings is None:
        return measure(bought)
    return measure(bought, {customer: settings.on(customer, today - YEAR) for customer in bought})


def measured_data(measured: Sequence[Measured], currency: str) -> dict[str, Any]:
    """Measured premises for programs, with what they were counted from."""
    return {
        "currency": currency,
        "groups": [
            {
                "group": each.group,
                "customers": each.customers,
                "churn": each.churn,
                "revenue": each.revenue,
                "bought_before": each.bought_before,
                "stayed": each.stayed,
            }
            for each in measured
        ],
    }


def _combined(
    given: Mapping[str, float | None], measured: Sequence[Measured | None]
) -> tuple[list[Sourced], list[str]]:
    """The premises of each group, and a line for each of several groups that has too little data."""
    found, skipped = [], []
    for each in measured or [None]:
        try:
            found.append(combine(given, each))
        except NotEnoughDataError as error:
            if len(measured) <= 1:
                raise
            skipped.append(f"{each.group if each else ''}: {error}")
    return found, skipped


def _report(sourced: Sourced, scenarios: Sequence[Scenario]) -> WorthReport:
    base = sourced.premises
    return WorthReport(
        sourced.group,
        dict(sourced.sources),
        worth(base),
        compare(base, scenarios or standard(base)),
        break_even(base),
        sensitivity(base),
    )


def _document(report: WorthReport) -> dict[str, Any]:
    return {
        **asdict(report),
        "total": report.worth.total,
        "per_customer": report.worth.per_customer,
    }
