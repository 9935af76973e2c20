"""One decision, point by point, from its record and its release alone.

Pure. Nothing is computed again: what the record says is what is told.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.contracts.decision import DecisionRecord
from shared.customer.traits import HAND_RATING
from shared.explaining.turning import Turn, turns
from shared.model.conditions import Phrase
from shared.model.rules import Bundle
from shared.model.values import in_language
from shared.reports.action_words import fields_text
from shared.reports.chinese import CHINESE
from shared.reports.sheet import Sheet
from shared.reports.wording import (
    fact_title,
    fact_value,
    iso,
    leaf_condition,
    leaf_margin,
    leaf_value,
    rule_title,
)

SIGNS: Mapping[bool | None, str] = {True: "yes", False: "no", None: "unknown"}
NOT_ALL = "a condition may fail where one of several is enough, and must fail where none may hold"
_LOWER = frozenset({Phrase.AT_LEAST.value, Phrase.LESS_THAN.value})
_EXCLUSIVE = frozenset({Phrase.MORE_THAN.value, Phrase.LESS_THAN.value})
"""Phrases of which the threshold itself is on the false side."""

BY_HAND = {"en": "rated by hand", "zh": "人工评分"}
EPISODE = {
    "started": "开始",
    "phase": "阶段",
    "since": "本阶段起始",
    "counted_from": "计数起点",
    "frozen_since": "停滞起始",
    "ordered": "已下达动作",
    "held": "受阻原因",
    "held_out": "属于对照组",
    "records": "已记决策数",
    "alerts": "未解除预警",
    "proposed": "影子模式拟设",
    "pending": "等待",
    "active": "生效",
    "clearing": "解除中",
}
"""An episode's fields and phases in Chinese."""
DAY_FIELDS = frozenset({"started", "since", "counted_from", "frozen_since"})


def decision_sheets(decision: DecisionRecord, bundle: Bundle, language: str) -> list[Sheet]:
    """Everything the record tells, in the order people ask."""
    sheets = [_heading(decision, bundle, language), _conditions(decision, bundle, language)]
    sheets += _turning(decision, bundle, language)
    if decision.score_lines:
        sheets.append(score_sheet(decision.score_lines, decision.facts.get("score"), bundle, language))
    if decision.actions:
        sheets.append(_actions(decision, language))
    sheets.append(_episode(decision, language))
    return sheets


def _heading(decision: DecisionRecord, bundle: Bundle, language: str) -> Sheet:
    only = language if language == CHINESE else None
    rows = [
        ("customer", decision.customer),
        ("rule", f"{decision.rule} ({rule_title(bundle, decision.rule, only)}), policy {decision.policy}"),
        ("when", f"{decision.as_of}, local day {iso(decision.day)}"),
        ("outcome", _outcome(decision)),
        *(("because", text) for text in _reasons(decision.reason, language)),
        ("caused by", _cause(decision)),
        ("release", decision.release[:12]),
    ]
    if decision.tier_change:
        before, _, after = decision.tier_change.partition(">")
        rows.insert(3, ("tier", f"{before} → {after}"))
    if decision.basis or decision.budget:
        rows += _basis(decision)
    rows += [("instead of", f"{loser['rule']}: {loser['reason']}") for loser in decision.losers]
    return Sheet(f"Decision {decision.id}", rows)


def _basis(decision: DecisionRecord) -> Iterator[tuple[str, str]]:
    """What else the judgement read."""
    basis, budget = decision.basis, decision.budget
    if kept := basis.get("tier_kept_until"):
        yield "tier kept until", iso(kept)
    if firings := basis.get("firings"):
        yield "acted before on", ", ".join(map(iso, firings))
    if previous := basis.get("previous"):
        yield "before it read", ", ".join(f"{name} {value}" for name, value in previous.items())
    if budget:
        number = budget["number"]
        place = "none left" if number is None else f"number {number}"
        yield "budget of the day", f"{place} of {budget['places']}"


def _outcome(decision: DecisionRecord) -> str:
    held = f", held by {decision.held_by}" if decision.held_by else ""
    mode = "" if decision.mode == "live" else f" (mode {decision.mode})"
    doubt = "" if decision.agreed else "; the engines did not agree"
    return f"{decision.outcome}{held}{mode}{doubt}"


def _reasons(reason: Mapping[str, str], language: str) -> Iterator[str]:
    """As people read it: Chinese alone for who reads Chinese, else in every language."""
    if language == CHINESE and reason:
        yield in_language(reason, language)
        return
    for each in sorted(reason, key=lambda name: (name != "en", name)):
        yield reason[each]


def _cause(decision: DecisionRecord) -> str:
    cause = decision.cause
    if cause.kind == "event":
        return f"event {cause.type} {cause.id} from {cause.source}"
    return "the close of the day" if cause.kind == "day" else f"release {cause.id}"


def _conditions(decision: DecisionRecord, bundle: Bundle, language: str) -> Sheet:
    rows = [
        (
            SIGNS[leaf.outcome],
            fact_title(leaf.fact, bundle, language),
            leaf_value(leaf, bundle, language),
            leaf_condition(leaf, bundle, language),
            leaf_margin(leaf, bundle, language),
        )
        for leaf in decision.leaves
    ]
    note = "" if all(leaf.outcome for leaf in decision.leaves) else NOT_ALL
    return Sheet("Conditions", rows, ("holds", "fact", "value", "asked", "margin"), note)


def _turning(decision: DecisionRecord, bundle: Bundle, language: str) -> list[Sheet]:
    """What would have made it otherwise: each condition that decided alone, the nearest first."""
    rows = [
        (fact_title(turn.leaf.fact, bundle, language), _otherwise(turn, bundle, language))
        for turn in turns(decision, bundle)
        if turn.otherwise is not None
    ]
    return [Sheet("Otherwise with any one of", rows, ("fact", "value"))] if rows else []


def _otherwise(turn: Turn, bundle: Bundle, language: str) -> str:
    """The nearest value that turns it; where it is the threshold itself, the side is told."""
    leaf, value = turn.leaf, turn.otherwise
    said = fact_value(leaf.fact, value, bundle, language)
    if value != leaf.threshold or (leaf.phrase in _EXCLUSIVE) is bool(leaf.outcome):
        return said
    return f"{'below' if leaf.phrase in _LOWER else 'above'} {said}"


def score_sheet(lines: Sequence[Mapping[str, Any]], score: Any, bundle: Bundle, language: str) -> Sheet:
    """The score traced to traits and metrics; the note shows that the contributions add up to it."""
    rows = [
        (
            _trait_title(line["trait"], bundle, language),
            str(line["points"]),
            f"{line['weight']} %",
            f"{line['contribution'] / 100:.2f}",
            _evidence(line, bundle, language),
        )
        for line in lines
    ]
    total = sum(line["contribution"] for line in lines) / 100
    note = f"sum {total:.2f}" + ("" if score is None else f" = score {float(score):.2f}")
    return Sheet("Score", rows, ("trait", "points", "weight", "adds", "evidence"), note)


def _evidence(line: Mapping[str, Any], bundle: Bundle, language: str) -> str:
    parts = [_indicator(each, bundle, language) for each in line["indicators"]]
    if line.get("assessed"):  # of a decision, whose record has the points but not the rating
        parts.append(in_language(BY_HAND, language))
    return "; ".join(parts) or "no evidence, neutral"


def _indicator(line: Mapping[str, Any], bundle: Bundle, language: str) -> str:
    metric = line["metric"]
    if metric == HAND_RATING:
        return f"{in_language(BY_HAND, language)} → {line['points']}"
    value = fact_value(metric, line["value"], bundle, language)
    return f"{fact_title(metric, bundle, language)} {value} → {line['points']}"


def _trait_title(trait: str, bundle: Bundle, language: str) -> str:
    defined = bundle.catalogue.traits.get(trait)
    return in_language(defined.title, language) or trait if defined else trait


def _actions(decision: DecisionRecord, language: str) -> Sheet:
    rows = [(action.kind, fields_text(action.fields, language)) for action in decision.actions]
    return Sheet("Actions", rows, ("action", "details"))


def _episode(decision: DecisionRecord, language: str) -> Sheet:
    before, after = decision.episode_before, decision.episode_after
    words = EPISODE if language == CHINESE else {}
    rows = [
        (words.get(name, name), *(_episode_field(name, each, words) for each in (before, after)))
        for name in dict.fromkeys([*before, *after])
    ]
    return Sheet("Episode", rows, ("", "before", "after"))


def _episode_field(name: str, episode: Mapping[str, Any], words: Mapping[str, str]) -> str:
    value = episode.get(name)
    if value is None:
        return "" if episode else "none"
    if name in DAY_FIELDS and isinstance(value, int) and value > 0:
        return iso(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(_listed, value))
    return words.get(value, value) if isinstance(value, str) else str(value)


def _listed(item: object) -> str:
    """An open alert, or a fact and the value it would have."""
    if isinstance(item, Mapping):
        return f"{item['alert']} {item['severity']}"
    return " ".join(map(str, item)) if isinstance(item, (list, tuple)) else str(item)
