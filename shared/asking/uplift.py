"""What the store knows of the effect of care: who was treated, who was held out, and who bought then."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace

from shared.asking.orders import ask_paid, ask_settings
from shared.asking.records import Records
from shared.asking.wish import Wish
from shared.model.rules import RolloutMode, RuleDef
from shared.reports.uplift_sheets import UpliftReport
from shared.store.collections import DECISIONS
from shared.uplift.estimate import Uplift, at_once, each_of, pooled
from shared.uplift.following import MEASURES, Begun, Followed, Orders, first_of_each, follow

CARING = frozenset({"create_task", "offer", "notify"})
"""Kinds of action that may move a customer; what else a rule does, as setting a fact, is not compared."""

DAYS = 14
"""How long after the decision is looked at, where nobody says."""


def ask_uplift(installation: Records, wanted: Wish) -> UpliftReport:
    """Compare treated and held out for every rule that has, or had, a holdout."""
    days, measure = wanted.days or DAYS, wanted.measure
    rules = list(_acting(installation))
    held_out = {each.rule for each in _begun(installation, "held_out")}
    compared = [rule for rule in rules if rule.id in held_out]
    orders = _orders(installation, wanted.metric)
    begun = first_decisions(installation, {rule.id for rule in compared}, wanted.by)
    today = installation.last_closed_day()
    alone = {
        key: follow(each, orders, days=days, today=today, measure=MEASURES[measure], name=key[0])
        for key, each in sorted(begun.items())
    }
    uplifts = at_once([each.uplift for each in alone.values()])
    found = [
        (rule, group, replace(each, uplift=uplift))
        for ((rule, group), each), uplift in zip(alone.items(), uplifts, strict=True)
    ]
    missing = [rule.id for rule in rules if rule.id not in held_out]
    return UpliftReport(measure, days, found, _by_action(compared, found), missing)


def _acting(installation: Records) -> Iterator[RuleDef]:
    """Rules that do more than set a fact, or move a tier."""
    for policy in installation.bundle.policies:
        for rule in policy.rules:
            kinds = {action.kind.value for action in rule.actions}
            if rule.rollout is not RolloutMode.SHADOW and kinds & CARING:
                yield rule


def _begun(installation: Records, outcome: str) -> Iterator[Begun]:
    for decision in installation.find(DECISIONS, {"outcome": outcome}):
        if decision["mode"] != "shadow":
            yield Begun(decision["rule"], decision["customer"], decision["day"], outcome == "held_out")


def first_decisions(
    installation: Records, rules: set[str], fact: str | None
) -> dict[tuple[str, str], list[Begun]]:
    """The first decision of each of *rules* on each customer, by rule and value of *fact* on that day."""
    settings = ask_settings(installation, fact) if fact else None
    both = [*_begun(installation, "held_out"), *_fired(installation, rules)]
    groups: dict[tuple[str, str], list[Begun]] = defaultdict(list)
    for each in first_of_each(begun for begun in both if begun.rule in rules):
        group = settings.on(each.customer, each.day) if settings else ""
        groups[each.rule, group].append(each)
    return groups


def _fired(installation: Records, rules: set[str]) -> Iterator[Begun]:
    for rule in sorted(rules):
        for decision in installation.find(DECISIONS, {"rule": rule, "outcome": "fired"}):
            if decision["mode"] != "shadow":
                yield Begun(rule, decision["customer"], decision["day"], False)


def _orders(installation: Records, metric: str | None) -> dict[str, Orders]:
    found: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for paid in ask_paid(installation, metric):
        if paid.sign > 0:
            found[paid.customer].append((paid.day, paid.amount))
    return {customer: Orders(orders) for customer, orders in found.items()}


def _by_action(
    rules: Sequence[RuleDef], found: Sequence[tuple[str, str, Followed]]
) -> list[tuple[str, Uplift | None]]:
    kinds: dict[str, set[str]] = defaultdict(set)
    for rule in rules:
        for kind in {action.kind.value for action in rule.actions} & CARING:
            kinds[kind].add(rule.id)
    confidence = each_of(len(kinds))
    return [
        (kind, pooled([each.uplift for rule, _, each in found if rule in names], confidence))
        for kind, names in sorted(kinds.items())
    ]
