"""Ids derived from what caused them, so that a replay makes the same ones.

Pure. Ids hold no full stop (Standard Webhooks signs ``id.timestamp.body``) and are safe in URLs.
"""

from hashlib import sha256

from shared.contracts.decision import OrderedAction

_SEPARATOR = "\x1f"
_DIGITS = 32


def derived_id(prefix: str, *parts: str) -> str:
    """Return ``prefix_`` and 128 bits derived from *parts*."""
    digest = sha256(_SEPARATOR.join(parts).encode()).hexdigest()
    return f"{prefix}_{digest[:_DIGITS]}"


def task_id(action: OrderedAction) -> str:
    """The id of the care task that *action* orders."""
    return derived_id("task", action.id)
