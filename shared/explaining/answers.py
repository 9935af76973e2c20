"""Answers as JSON values: the same from the command line and over HTTP. Pure.

Local days are ISO dates; texts keep all their languages.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.contracts.decision import DecisionRecord, LeafTrace
from shared.explaining.replaying import Replayed
from shared.explaining.what_if import Foreseen, Tried
from shared.explaining.why_not import WhyNot


def replayed_answer(done: Replayed) -> dict[str, Any]:
    """What came of making a decision again."""
    return {
        "decision": done.decision,
        "result": done.result,
        "differences": [
            {"pointer": each.pointer, "recorded": each.recorded, "remade": each.remade}
            for each in done.differences
        ],
        "personal": list(done.personal),
    }


def why_not_answer(why: WhyNot) -> dict[str, Any]:
    """Why a rule does not act."""
    return {
        "customer": why.customer,
        "rule": why.rule,
        "policy": why.policy,
        "title": dict(why.title),
        "day": _day(why.day),
        "holds": why.holds,
        "leaves": [leaf_answer(leaf) for leaf in why.leaves],
        "turn": [leaf_answer(leaf) for leaf in why.turn],
        "obstacles": [
            {"kind": each.kind, "detail": each.detail, "until": _day(each.until)} for each in why.obstacles
        ],
        "acts_on": _day(why.acts_on),
    }


def what_if_answer(tried: Tried) -> dict[str, Any]:
    """What would come if."""
    return {
        "customer": tried.customer,
        "day": _day(tried.day),
        "days": tried.days,
        "changes": [
            {"fact": each.fact, "now": plain(each.now), "supposed": plain(each.supposed)}
            for each in tried.changes
        ],
        "tier": {"now": tried.tier_now, "without": tried.tier_without, "supposed": tried.tier_supposed},
        "decisions": [_foreseen(each) for each in tried.foreseen],
    }


def _foreseen(each: Foreseen) -> dict[str, Any]:
    return {
        "change": each.change,
        "day": _day(each.day),
        "days": each.days,
        "instead_of": _day(each.other_day) if each.change == "moves" else None,
        **_decided(each.decision),
    }


def _decided(decision: DecisionRecord) -> dict[str, Any]:
    return {
        "rule": decision.rule,
        "policy": decision.policy,
        "outcome": decision.outcome,
        "mode": decision.mode,
        "held_by": decision.held_by,
        "reason": dict(decision.reason),
        "tier_change": decision.tier_change,
        "actions": [{"kind": each.kind, "fields": dict(each.fields)} for each in decision.actions],
    }


def leaf_answer(leaf: LeafTrace) -> Mapping[str, Any]:
    """One condition as it reads."""
    return {
        "fact": leaf.fact,
        "phrase": leaf.phrase,
        "value": plain(leaf.value),
        "outcome": leaf.outcome,
        "threshold": plain(leaf.threshold),
        "margin": leaf.margin,
    }


def plain(value: Any) -> Any:
    """A fact's value as JSON."""
    return list(value) if isinstance(value, tuple) else value


def _day(day: int | None) -> str | None:
    return None if day is None else date.fromordinal(day).isoformat()
