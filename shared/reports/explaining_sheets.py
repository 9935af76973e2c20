"""Answers to why not, what if and "is it still so" as sheets. Pure."""

from collections.abc import Sequence
from typing import Any

import orjson

from shared.contracts.decision import LeafTrace
from shared.explaining.replaying import Replayed
from shared.explaining.standing import Obstacle
from shared.explaining.what_if import Foreseen, Tried
from shared.explaining.why_not import AHEAD, WhyNot
from shared.model.rules import Bundle
from shared.model.values import in_language
from shared.reports.decision_sheets import NOT_ALL, SIGNS
from shared.reports.sheet import Sheet
from shared.reports.wording import (
    fact_title,
    iso,
    leaf_condition,
    leaf_margin,
    leaf_value,
    rule_title,
    tier_title,
    told_value,
)

SAID = {
    "identical": "identical: release and record lead to the same record, byte for byte",
    "different": "different: release and record do not lead to the same record",
    "unresolved": "unresolved: personal facts that the decision read are no longer known",
}
OBSTACLES = {
    "not_in_force": "outside the rule's effective dates",
    "rollout": "not among the share of customers that the rule is rolled out to",
    "shadow": "the rule runs in shadow, without effect",
    "holdout": "the customer is in the rule's holdout",
    "condition": "the condition does not hold",
    "missing": "facts are missing, so the condition is unknown",
    "frozen": "waiting for a missing fact",
    "for": "the condition has to hold for some days",
    "clearing": "clearing: its reason is gone",
    "done": "it has acted; once for as long as the condition holds",
    "repeat": "it has acted and waits until it is time again",
    "no_change": "its actions would change nothing",
    "conflict": "another rule is preferred",
    "keep_at_least": "the tier is to be kept",
    "cool_down": "it acted a short time ago",
    "max_per": "it has acted as often as it may",
    "paused": "a person has paused the rule",
    "silenced": "the rule is silenced for this customer",
    "brake": "the rule's brake has stopped it until a person lets it go on",
    "budget": "the rule's budget of the day was used up",
    "disagreement": "the engines did not agree",
}
CHANGES = {"comes": "comes", "goes": "does not come", "stays": "as without", "moves": "on another day"}


def replay_sheets(done: Replayed) -> list[Sheet]:
    """The answer, and each place where the records differ."""
    sheets = [Sheet(f"Decision {done.decision}", [("result", SAID[done.result])])]
    rows = [(each.pointer or "/", _json(each.recorded), _json(each.remade)) for each in done.differences]
    if rows:
        sheets.append(Sheet("Differences", rows, ("place", "recorded", "made again")))
    return sheets


def _json(value: Any) -> str:
    return "" if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def why_not_sheets(why: WhyNot, bundle: Bundle, language: str) -> list[Sheet]:
    """What stands in the rule's way, and what would have to change."""
    heading = [
        ("rule", f"{why.rule} ({in_language(why.title, language) or why.rule}), policy {why.policy}"),
        ("on", iso(why.day)),
        ("holds", SIGNS[why.holds]),
        ("acts by itself", _acts(why)),
    ]
    sheets = [
        Sheet(f"Customer {why.customer}", heading),
        Sheet("In its way", [_obstacle(each, bundle, language) for each in why.obstacles], ("", "", "until")),
        leaves_sheet("What would have to change", why.turn, bundle, language),
        leaves_sheet("Conditions", why.leaves, bundle, language),
    ]
    return [sheet for sheet in sheets if sheet.rows]


def _acts(why: WhyNot) -> str:
    return iso(why.acts_on) if why.acts_on else f"not within {AHEAD} days"


def _obstacle(each: Obstacle, bundle: Bundle, language: str) -> tuple[str, str, str]:
    detail = each.detail
    if each.kind in ("missing", "frozen"):
        detail = ", ".join(fact_title(name, bundle, language) for name in detail.split(", "))
    elif each.kind == "conflict":
        detail = rule_title(bundle, detail, language)
    elif each.kind in ("for", "holdout"):
        detail = f"{detail} days" if each.kind == "for" else f"{detail} %"
    return OBSTACLES[each.kind], detail, iso(each.until) if each.until else ""


def leaves_sheet(title: str, leaves: Sequence[LeafTrace], bundle: Bundle, language: str) -> Sheet:
    """Conditions as they read."""
    rows = [
        (
            SIGNS[leaf.outcome],
            fact_title(leaf.fact, bundle, language),
            leaf_value(leaf, bundle, language),
            leaf_condition(leaf, bundle, language),
            leaf_margin(leaf, bundle, language),
        )
        for leaf in leaves
    ]
    note = (
        NOT_ALL if any(leaf.outcome for leaf in leaves) and not all(leaf.outcome for leaf in leaves) else ""
    )
    return Sheet(title, rows, ("holds", "fact", "value", "asked", "margin"), note)


def what_if_sheets(tried: Tried, bundle: Bundle, language: str) -> list[Sheet]:
    """What is supposed, and what would come of it."""

    def tier(name: str) -> str:
        return tier_title(bundle, name, language)

    heading = [
        ("on", iso(tried.day)),
        ("looked ahead", f"{tried.days} days"),
        ("tier now", tier(tried.tier_now)),
        ("tier then", f"{tier(tried.tier_supposed)} (without: {tier(tried.tier_without)})"),
    ]
    changes = [
        (
            fact_title(each.fact, bundle, language),
            told_value(each.fact, each.now, bundle, language),
            told_value(each.fact, each.supposed, bundle, language),
        )
        for each in tried.changes
    ]
    decisions = [_foreseen(each, bundle, language) for each in tried.foreseen]
    note = "" if decisions else "nothing would be decided, with or without"
    return [
        Sheet(f"Customer {tried.customer}", heading),
        Sheet("Supposed", changes, ("fact", "now", "supposed")),
        Sheet("Decisions", decisions, ("day", "change", "outcome", "rule", "because"), note),
    ]


def _foreseen(each: Foreseen, bundle: Bundle, language: str) -> tuple[str, ...]:
    decision = each.decision
    held = f": {decision.held_by}" if decision.held_by else ""
    moved = f", not {iso(each.other_day)}" if each.change == "moves" and each.other_day else ""
    return (
        iso(each.day),
        CHANGES[each.change] + moved,
        f"{decision.outcome}{held}",
        rule_title(bundle, decision.rule, language),
        in_language(decision.reason, language),
    )
