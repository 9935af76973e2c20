"""What the store knows of who left, and of what came before."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from shared.asking.leaver_kinds import ask_leaver_kinds
from shared.asking.lists import metric_of
from shared.asking.records import Records
from shared.asking.wish import Wish
from shared.customer.local_time import LocalTime
from shared.model.rules import Action, ActionKind, Bundle, FactSource
from shared.reports.churn import Churn, churn, first_days
from shared.reports.declines import Declines, Pair, best_and_last, declines
from shared.reports.last_months import Trading, last_months
from shared.reports.leavings import CHURN_ALERT, STAGE, Leaving, leavings
from shared.store.collections import DECISIONS, HISTORY
from shared.store.port import Document

TOGETHER = 100
CARE = frozenset({"care.given", "contact.made", "contact.answered", "task.outcome"})

Happened = dict[str, list[tuple[int, str]]]
"""Of each customer the events: local day and type."""


def ask_churn(records: Records, wanted: Wish) -> Churn:
    """Who left in the period, and why."""
    bundle = records.bundle
    found = [each for each in _leavings(records, bundle) if wanted.first <= each.day <= wanted.last]
    days = first_days(found)
    until = min(wanted.last, records.today())
    happened, buying = ask_happened(records), trading(bundle)
    after = last_months(happened, days, until, buying)
    kinds = ask_leaver_kinds(records, happened, days, until, buying)
    return churn(found, after, _declines(records, bundle, days), kinds)


def ask_happened(records: Records) -> Happened:
    """Every accepted event as its day and type."""
    local = LocalTime(records.bundle.catalogue.timezone)
    happened: Happened = defaultdict(list)
    for event in records.find(HISTORY):
        happened[event["customer"]].append((local.day_of(event["time"]), event["type"]))
    return happened


def trading(bundle: Bundle) -> Trading:
    """What buying and care are under *bundle*; promotions are the calendars that some metric looks into."""
    metrics = bundle.catalogue.metrics.values()
    series = metric_of(bundle, None).series
    bought = frozenset(event for event, _, sign in (series.terms if series else ()) if sign > 0)
    calendars = sorted({each.calendar for each in metrics if each.calendar})
    periods = [period for name in calendars for period in bundle.catalogue.calendars[name].periods]
    return Trading(bought, CARE, [(each.first_day, each.last_day) for each in periods])


def decisions_of(records: Records, rules: Sequence[str]) -> Iterator[Document]:
    """What these rules decided and carried out."""
    for rule in rules:
        yield from records.find(DECISIONS, {"rule": rule, "outcome": "fired"})


def _leavings(records: Records, bundle: Bundle) -> list[Leaving]:
    """Rules of former releases that moved tiers are found too; of those that alarm, the active ones."""
    outside = bundle.catalogue.tiers[0].id
    moved = records.find(DECISIONS, {"tier_change": {"$exists": True}}, (("as_of", 1),))
    told = decisions_of(records, _telling(bundle))
    decisions = {each["_id"]: each for each in (*moved, *told)}
    return sorted(leavings(decisions.values(), outside), key=lambda each: (each.day, each.decision, each.way))


def _telling(bundle: Bundle) -> list[str]:
    """The rules that raise the alert of churn or set the stage."""
    return [
        rule.id
        for policy in bundle.policies
        for rule in policy.rules
        if any(_tells(action) for action in rule.actions)
    ]


def _tells(action: Action) -> bool:
    fields = action.fields
    alarms = action.kind is ActionKind.RAISE_ALERT and fields.get("alert") == CHURN_ALERT
    return alarms or (action.kind is ActionKind.SET and fields.get("fact") == STAGE)


def _declines(records: Records, bundle: Bundle, days: dict[str, int]) -> Declines:
    metrics = frozenset(name for name, fact in bundle.facts.items() if fact.source is FactSource.METRIC)
    customers = sorted(days)
    pairs: list[Pair] = []
    for start in range(0, len(customers), TOGETHER):
        grouped: dict[str, list[Document]] = defaultdict(list)
        wanted = customers[start : start + TOGETHER]
        for decision in records.find(DECISIONS, {"customer": {"$in": wanted}}):
            grouped[decision["customer"]].append(decision)
        found = (best_and_last(grouped[customer], days[customer]) for customer in wanted)
        pairs.extend(pair for pair in found if pair)
    return declines(pairs, metrics)
