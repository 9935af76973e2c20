"""Fill the templates of notifications.yaml with a decision's facts, in every language they have.

Pure. A name that is not known reads as a dash: a message goes out even when a fact is missing.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.model.business import term_of
from shared.model.rules import ActionKind, Bundle, FactDef
from shared.model.values import FactValue, Kind, Text, in_language

UNKNOWN = "–"

_PLACEHOLDER = re.compile(r"\{([A-Za-z_][\w.-]*)\}")
_BOOLEANS = {"zh": {True: "是", False: "否"}}
_ENGLISH = {True: "yes", False: "no"}


def render(template: Text, words: Mapping[str, Any]) -> dict[str, str]:
    """Return *template* with every ``{name}`` replaced from *words*, per language.

    A word may itself be a `Text`; then its own wording in that language is taken.
    """
    return {language: _fill(text, words, language) for language, text in template.items()}


def _fill(text: str, words: Mapping[str, Any], language: str) -> str:
    return _PLACEHOLDER.sub(lambda found: _worded(words.get(found[1]), language), text)


def _worded(value: Any, language: str) -> str:
    if value is None:
        return UNKNOWN
    if isinstance(value, Mapping):
        return in_language(value, language) or UNKNOWN
    return str(value)


def words_of(decision: DecisionRecord, action: OrderedAction, bundle: Bundle) -> dict[str, Any]:
    """Every name a template may use for *action* of *decision*; facts first, fixed names win."""
    catalogue = bundle.catalogue
    facts = {
        name: _fact_words(value, bundle.facts.get(name), catalogue.currency, catalogue.minor_digits)
        for name, value in decision.facts.items()
    }
    before, _, after = (decision.tier_change or "").partition(">")
    tiers = {tier.id: tier.title for tier in catalogue.tiers}
    return {
        **facts,
        **{name: value for name, value in action.fields.items() if value is not None},
        "customer": decision.customer,
        "reason": decision.reason,
        "title": action.fields.get("title") or rule_title(bundle, decision.rule),
        "rule": decision.rule,
        "policy": decision.policy,
        "day": date.fromordinal(decision.day).isoformat(),
        **_due(decision, action, bundle),
        "tier_before": tiers.get(before, before or None),
        "tier_after": tiers.get(after, after or None),
    }


def _due(decision: DecisionRecord, action: OrderedAction, bundle: Bundle) -> dict[str, str]:
    """The date on which a task is due."""
    if action.kind != ActionKind.CREATE_TASK.value:
        return {}
    due_day = bundle.catalogue.business.end_of(decision.day, term_of(action.fields))
    return {"due_date": date.fromordinal(due_day).isoformat()}


def rule_title(bundle: Bundle, rule: str) -> Text:
    """The title of *rule*, or its id when the release no longer has it."""
    found = (item.title for policy in bundle.policies for item in policy.rules if item.id == rule)
    return next(found, {"en": rule})


def _fact_words(value: FactValue, definition: FactDef | None, currency: str, digits: int) -> Any:
    if isinstance(value, bool):
        return {"en": _ENGLISH[value], **{language: words[value] for language, words in _BOOLEANS.items()}}
    if isinstance(value, (tuple, list)):
        return ", ".join(value)
    if definition is not None and definition.kind is Kind.AMOUNT and isinstance(value, int):
        return _amount(value, currency, digits)
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:.2f}"
    return value


def _amount(minor: int, currency: str, digits: int) -> str:
    sign, minor = ("-", -minor) if minor < 0 else ("", minor)
    whole, rest = divmod(minor, 10**digits)
    return f"{sign}{whole:,}" + (f".{rest:0{digits}d}" if digits else "") + f" {currency}"
