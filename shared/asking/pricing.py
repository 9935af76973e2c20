"""A backtest priced with what the store knows: premises measured by group, and who is in which group."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from shared.asking.orders import ask_settings
from shared.asking.records import Records
from shared.asking.worth import WorthWish, ask_measured
from shared.backtest.report import FORMAT, digest
from shared.errors import RefusedError
from shared.reports.pricing_sheets import pricing_sheets
from shared.reports.sheet import Sheet
from shared.worth.combining import NotEnoughDataError, Sourced, combine
from shared.worth.premises import PremiseError, Premises
from shared.worth.pricing import USUAL_EFFECT, Priced, price
from shared.worth.scenarios import parse_scenario

NO_REPORT = "this is no report of `guanxi backtest --json`"
NEEDED = ("window", "tiers", "actions", "digest")


class NoReportError(RefusedError):
    """What was given is no report of a backtest."""

    code = "no-report"


@dataclass(frozen=True, slots=True)
class PricedReport:
    """The answer: *sourced* are the premises of each group that was priced, and where they come from."""

    report: str  # digest of the backtest
    currency: str
    priced: Priced
    sourced: Mapping[str, Sourced]
    effect_source: str

    @property
    def data(self) -> dict[str, Any]:
        """For programs."""
        priced = self.priced
        return {
            "report": self.report,
            "currency": self.currency,
            **asdict(priced),
            "effect_source": self.effect_source,
            "value": priced.value,
            "cost": priced.cost,
            "value_a_year": priced.a_year(priced.value),
            "cost_a_year": priced.a_year(priced.cost),
            "net_a_year": priced.net_a_year,
            "premises": [
                {"group": name, "premises": asdict(each.premises), "sources": dict(each.sources)}
                for name, each in self.sourced.items()
            ],
        }

    def sheets(self, language: str) -> list[Sheet]:
        """For people."""
        return pricing_sheets(self.priced, self.sourced, self.effect_source, self.currency, language)


def ask_priced(
    records: Records, report: Mapping[str, Any], wanted: WorthWish, effect: str | None = None
) -> PricedReport:
    """Price *report*, a backtest's JSON; *effect* is what membership does, else it is assumed.

    Raises `NoReportError`, `PremiseError`, `MisaskedError`.
    """
    _check(report)
    scenario = parse_scenario(effect or USUAL_EFFECT)
    sourced = _sourced(records, wanted)
    premises: dict[str, Premises] = {name: each.premises for name, each in sourced.items()}
    settings = ask_settings(records, wanted.by) if wanted.by else None
    today = records.today()
    catalogue = records.bundle.catalogue

    def group_of(customer: str) -> str:
        return settings.on(customer, today) if settings else ""

    try:
        priced = price(report, premises, scenario, group_of, catalogue.minor_digits)
    except PremiseError:
        raise
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise NoReportError(NO_REPORT) from error
    used = {each.group for each in priced.groups}
    kept = {name: each for name, each in sourced.items() if name in used or (not used and not name)}
    if used - sourced.keys() and "" in sourced:
        kept.setdefault("", sourced[""])
    source = "given" if effect else "assumed"
    return PricedReport(str(report["digest"]), catalogue.currency, priced, kept, source)


def _check(report: Mapping[str, Any]) -> None:
    if report.get("format") != FORMAT or any(name not in report for name in NEEDED):
        raise NoReportError(NO_REPORT)
    if digest(report) != report["digest"]:
        raise NoReportError("this report was changed since it was made: its digest is another")


def _sourced(records: Records, wanted: WorthWish) -> dict[str, Sourced]:
    """Premises by group, and of everybody under ``""``; a group that tells too little has none of its own."""
    given = {**wanted.given, "acquisition_cost": 0.0}
    measured = ask_measured(records, wanted.metric, None)
    found = {"": combine(given, measured[0] if measured else None)}
    for each in ask_measured(records, wanted.metric, wanted.by) if wanted.by else ():
        try:
            found[each.group] = combine(given, each)
        except NotEnoughDataError:
            continue
    return found
