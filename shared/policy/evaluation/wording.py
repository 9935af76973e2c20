"""Saying a decision's reason in words: ``{fact}`` in a template becomes the fact's value.

Pure. Personal facts are never written out: their name stands for them, so that erasing the customer
erases them.
"""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from shared.contracts.decision import LeafTrace
from shared.model.rules import Bundle, FactDef
from shared.model.values import FactValue, Kind, Text, in_language
from shared.quick_dataclass import replace

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_UNKNOWN = {"en": "unknown", "zh": "未知"}
_YES = {"en": "yes", "zh": "是"}
_NO = {"en": "no", "zh": "否"}
_NOTHING = {"en": "nothing", "zh": "无"}
_COMMA = {"en": ", ", "zh": "、"}
PERSONAL = "profile:"
"""A personal fact is shown as ``profile:`` and its name."""


def placeholders(text: object) -> Iterator[str]:
    """Yield the facts that a template in any language names."""
    if isinstance(text, Mapping):
        for words in text.values():
            yield from _PLACEHOLDER.findall(words)


def render(text: Text, facts: Mapping[str, FactValue], bundle: Bundle) -> dict[str, str]:
    """Fill in the template in each of its languages; what is not a fact's name is left as it stands."""

    return {language: _filled(words, facts, bundle, language) for language, words in text.items()}


def _filled(words: str, facts: Mapping[str, FactValue], bundle: Bundle, language: str) -> str:
    parts = _parts(words)
    if len(parts) == 1:
        return words
    said = [*parts]
    for at in range(1, len(parts), 2):
        name = parts[at]
        known = _is_fact(name, bundle)
        said[at] = say(name, facts.get(name), bundle, language) if known else f"{{{name}}}"
    return "".join(said)


@lru_cache(maxsize=4_096)
def _parts(words: str) -> tuple[str, ...]:
    """A template taken apart: text, name, text, name … text."""
    return tuple(_PLACEHOLDER.split(words))


def say(name: str, value: FactValue, bundle: Bundle, language: str) -> str:
    """Write a value by its fact's kind: amounts with currency, percents with sign, numbers trimmed."""
    fact = bundle.facts[name.partition("~")[0]]
    if value is None:
        return _in(_UNKNOWN, language)
    if fact.personal:
        return PERSONAL + name
    if isinstance(value, bool):
        return _in(_YES if value else _NO, language)
    if isinstance(value, (int, float)):
        return _number(value, Kind.PERCENT if "~" in name else fact.kind, bundle)
    return value if isinstance(value, str) else _listed(value, fact, language)


def _listed(values: tuple[str, ...], fact: FactDef, language: str) -> str:
    """Several texts, by what people call them."""
    if not values:
        return _in(_NOTHING, language)
    words = [in_language(fact.words.get(value, {}), language) or value for value in values]
    return _in(_COMMA, language).join(words)


def shown(name: str, value: FactValue, bundle: Bundle) -> FactValue:
    """What a record keeps of a fact: its value, or for personal facts only its name."""
    fact = bundle.facts.get(name.partition("~")[0])
    return PERSONAL + name if fact is not None and fact.personal and value is not None else value


def masked(leaf: LeafTrace, bundle: Bundle) -> LeafTrace:
    """What a record keeps of a leaf: of a personal fact neither the value nor how far it is from the
    threshold, which would tell it."""
    value = shown(leaf.fact, leaf.value, bundle)
    return leaf if value is leaf.value else replace(leaf, value=value, margin=None)


def _is_fact(name: str, bundle: Bundle) -> bool:
    return name.partition("~")[0] in bundle.facts


def _number(value: float, kind: Kind, bundle: Bundle) -> str:
    if kind is Kind.AMOUNT:
        digits = bundle.catalogue.minor_digits
        return f"{value / 10**digits:.{digits}f} {bundle.catalogue.currency}"
    trimmed = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f"{trimmed}%" if kind is Kind.PERCENT else trimmed


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language, words["en"])
