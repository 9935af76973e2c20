"""Words for people in reports: titles in one or all languages, thresholds, days, orders.

Pure. A name that the release does not know (any more) stands for itself.
"""

from datetime import date
from typing import Any

from shared.contracts.decision import LeafTrace
from shared.model.conditions import Phrase
from shared.model.rules import Bundle, RuleDef
from shared.model.values import FactValue, Kind, Text, in_language
from shared.policy.evaluation.wording import say
from shared.policy.phrases.grammar import FORMS
from shared.reports.chinese import CHINESE
from shared.reports.decisive import Decided

_UNARY = frozenset({Phrase.KNOWN.value, Phrase.MISSING.value})
_CHANGES = frozenset({Phrase.ROSE.value, Phrase.FELL.value})

_CHINESE = {
    **{form.phrase.value: form.chinese[0].partition(" <")[0] for form in reversed(FORMS)},
    Phrase.CHANGED.value: "变化",
    Phrase.WITHIN.value: "相距",
}
"""A phrase as rule files say it in Chinese, without its threshold."""


def iso(day: int) -> str:
    """A local date from its ordinal."""
    return date.fromordinal(day).isoformat()


def both(text: Text) -> str:
    """A text in all its languages, English first."""
    ordered = sorted(text, key=lambda language: (language != "en", language))
    return " · ".join(dict.fromkeys(text[language] for language in ordered))


def fact_title(name: str, bundle: Bundle, language: str) -> str:
    """What people call a fact."""
    fact = bundle.facts.get(name.partition("~")[0])
    return in_language(fact.title, language) or name if fact else name


def fact_value(name: str, value: FactValue, bundle: Bundle, language: str) -> str:
    """A fact's value with its unit."""
    if name.partition("~")[0] not in bundle.facts:
        return "" if value is None else str(value)
    return say(name, tuple(value) if isinstance(value, list) else value, bundle, language)


def field_value(kind: Kind | None, value: Any, bundle: Bundle) -> str:
    """A field of an event with its unit."""
    if kind is Kind.AMOUNT and isinstance(value, int):
        return amount(value, bundle)
    return f"{value}%" if kind is Kind.PERCENT else str(value)


def told_value(name: str, value: FactValue, bundle: Bundle, language: str) -> str:
    """A value as it was told: who told it has hidden it if it is personal, or may show it."""
    fact = bundle.facts.get(name.partition("~")[0])
    is_told = fact is not None and fact.personal and value is not None
    return str(value) if is_told else fact_value(name, value, bundle, language)


def leaf_value(leaf: LeafTrace, bundle: Bundle, language: str) -> str:
    """What a leaf read."""
    if leaf.phrase == Phrase.WITHIN.value and not isinstance(leaf.value, str):
        return "" if leaf.value is None else _apart(leaf.value, language)
    return told_value(_read_as(leaf), leaf.value, bundle, language)


def leaf_condition(leaf: LeafTrace, bundle: Bundle, language: str) -> str:
    """What a leaf asks: its phrase and threshold."""
    phrase = _CHINESE.get(leaf.phrase, leaf.phrase) if language == CHINESE else leaf.phrase
    if leaf.phrase in _UNARY or leaf.threshold is None:
        return phrase
    if leaf.phrase == Phrase.WITHIN.value:
        return f"{phrase} {_days(leaf.threshold, language)}"
    return f"{phrase} {fact_value(_read_as(leaf), leaf.threshold, bundle, language)}"


def _days(count: object, language: str) -> str:
    return f"{count} 天" if language == CHINESE else f"{count} days"


def _apart(count: object, language: str) -> str:
    return f"相距 {count} 天" if language == CHINESE else f"{count} days away"


def condition(decided: Decided, bundle: Bundle, language: str) -> str:
    """A condition of which many decisions tell: its phrase and threshold."""
    leaf = LeafTrace(decided.fact, decided.phrase, None, True, decided.threshold)
    return leaf_condition(leaf, bundle, language)


def leaf_margin(leaf: LeafTrace, bundle: Bundle, language: str) -> str:
    """How far the value is from the threshold, with its sign: below zero it falls short."""
    if leaf.margin is None:
        return ""
    margin = round(leaf.margin, 2)
    if leaf.phrase == Phrase.WITHIN.value:
        return _days(f"{margin:+g}", language)
    text = fact_value(_read_as(leaf), margin, bundle, language)
    return text if text.startswith("-") else f"+{text}"


def rule_of(bundle: Bundle, rule: str) -> RuleDef | None:
    """The rule with that id."""
    return next((found for policy in bundle.policies for found in policy.rules if found.id == rule), None)


def rule_title(bundle: Bundle, rule: str, language: str | None = None) -> str:
    """What people call a rule, in one language or all."""
    found = rule_of(bundle, rule)
    if found is None or not found.title:
        return rule
    return both(found.title) if language is None else in_language(found.title, language)


def tier_title(bundle: Bundle, tier: str, language: str) -> str:
    """What people call a tier."""
    return (
        next((in_language(t.title, language) for t in bundle.catalogue.tiers if t.id == tier), tier) or tier
    )


def amount(minor: float, bundle: Bundle) -> str:
    """An amount of minor units in the declared currency."""
    digits = bundle.catalogue.minor_digits
    return f"{minor / 10**digits:,.{digits}f} {bundle.catalogue.currency}"


def _read_as(leaf: LeafTrace) -> str:
    return f"{leaf.fact}~change" if leaf.phrase in _CHANGES else leaf.fact
