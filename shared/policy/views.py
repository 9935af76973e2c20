"""Facts and rules as plain JSON rows, for scripts, the API and the console. Pure."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from shared.model.rules import FactDef, RuleDef


def fact_row(fact: FactDef) -> dict[str, Any]:
    """One fact of the fact table."""
    return {
        "name": fact.name,
        "type": fact.kind.value,
        "source": fact.source.value,
        "title": dict(fact.title),
        "choices": list(fact.choices),
        "minimum": fact.minimum,
        "maximum": fact.maximum,
        "initial": fact.initial,
        "compare": fact.compare,
        "personal": fact.personal,
    }


def rule_row(rule: RuleDef) -> dict[str, Any]:
    """One rule with all its fields."""
    row: dict[str, Any] = plain(rule)
    return row


def plain(value: Any) -> Any:
    """*value* of the model as JSON data."""
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [plain(item) for item in value]
    return value
