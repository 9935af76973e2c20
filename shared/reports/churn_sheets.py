"""Why customers leave, as tables of text. Pure."""

from collections.abc import Iterable, Sequence

from shared.model.rules import Bundle
from shared.model.values import in_language
from shared.reports.churn import Churn, Kind
from shared.reports.declines import Decline
from shared.reports.last_months import NO_CARE, PROMOTION, AfterWhat
from shared.reports.leavings import ALARMED, LEFT, LOST
from shared.reports.sheet import Sheet
from shared.reports.wording import condition, fact_title, fact_value, rule_title

TOP_CONDITIONS = 4
AFTER_NOTE = (
    "the last months: from 90 days before the last purchase up to the leaving; "
    "beside them those of the customers who did not leave"
)
CUSTOMERS_NOTE = "at the last purchase; bought for: from the first purchase to the last"
DECLINED_NOTE = (
    "on the day of the highest score on record, and at the leaving; traits as mean, metrics as median"
)


def churn_sheets(found: Churn, bundle: Bundle, language: str) -> list[Sheet]:
    """Which kind, when, after what, and what declined."""
    kinds = [_kind(each, bundle, language) for each in found.kinds]
    ways = (LEFT, LOST, ALARMED)
    months = [(each.month, *(f"{each.ways.get(way, 0):,}" for way in ways)) for each in found.months]
    after = [_after(each, bundle, language) for each in found.after]
    title = f"Why customers leave: {found.customers:,} customers"
    return [
        Sheet(title, kinds, ("way", "rule", "how often", "what decided")),
        Sheet("When", months, ("month", *ways)),
        Sheet("Which customers", _customers(found, bundle, language), _CUSTOMERS, CUSTOMERS_NOTE),
        Sheet("After what", after, ("in the last months", "who left", "others", "difference"), AFTER_NOTE),
        Sheet("What declined", _declined(found, bundle, language), _DECLINED, DECLINED_NOTE),
    ]


_CUSTOMERS = ("what they were", "value", "who left", "others", "difference")
_DECLINED = ("trait or metric", "best days", "at the leaving", "change", "customers")


def _customers(found: Churn, bundle: Bundle, language: str) -> list[tuple[str, ...]]:
    return [
        (
            fact_title(each.fact, bundle, language),
            each.value,
            f"{each.leavers:,} ({each.leavers_percent:.1f} %)",
            f"{each.others:,} ({each.others_percent:.1f} %)",
            f"{each.leavers_percent - each.others_percent:+.1f}",
        )
        for each in found.customers_by
    ]


def _kind(kind: Kind, bundle: Bundle, language: str) -> tuple[str, ...]:
    decided = "\n".join(
        f"{count:,} × {fact_title(each.fact, bundle, language)} {condition(each, bundle, language)}"
        for each, count in kind.decided[:TOP_CONDITIONS]
    )
    return kind.way, rule_title(bundle, kind.rule, language), f"{kind.count:,}", decided


def _after(each: AfterWhat, bundle: Bundle, language: str) -> tuple[str, ...]:
    event = bundle.catalogue.events.get(each.what)
    told = each.what if each.what in {NO_CARE, PROMOTION} or not event else in_language(event.title, language)
    difference = each.leavers_percent - each.others_percent
    return (
        told,
        f"{each.leavers:,} ({each.leavers_percent:.1f} %)",
        f"{each.others:,} ({each.others_percent:.1f} %)",
        f"{difference:+.1f}",
    )


def _declined(found: Churn, bundle: Bundle, language: str) -> Sequence[tuple[str, ...]]:
    traits = [
        _decline(each, f"{each.best:.1f}", f"{each.leaving:.1f}", bundle, language)
        for each in _moved(found.declines.traits)
    ]
    metrics = [
        _decline(
            each,
            _told(each, each.best, bundle, language),
            _told(each, each.leaving, bundle, language),
            bundle,
            language,
        )
        for each in _moved(found.declines.metrics)
    ]
    return [*traits, *metrics]


def _moved(found: Iterable[Decline]) -> list[Decline]:
    return [each for each in found if each.change]


def _told(each: Decline, value: float, bundle: Bundle, language: str) -> str:
    return fact_value(each.name, value, bundle, language)


def _decline(each: Decline, best: str, leaving: str, bundle: Bundle, language: str) -> tuple[str, ...]:
    return fact_title(each.name, bundle, language), best, leaving, _change(each), f"{each.customers:,}"


def _change(each: Decline) -> str:
    return f"{100 * each.change / abs(each.best):+.1f} %" if each.best else ""
