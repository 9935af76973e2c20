"""The port that rule engines stand behind: propositions in, a matcher out.

Engines know columns and typed tests only; facts, unknowns and time are settled before them.
"""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Protocol

from shared.errors import StopError
from shared.model.conditions import Proposition
from shared.model.values import Value


class EngineError(StopError):
    """The engine failed twice on the same row: its answers cannot be trusted."""

    code = "engine"


class Matcher(Protocol):
    """A compiled set of propositions."""

    def match(self, row: Mapping[str, Value]) -> AbstractSet[str]:
        """Return the keys of the propositions that hold for *row*; absent columns are missing.

        Safe to call from several threads. Raises `EngineError` when the engine is broken; a call cut short
        by any exception leaves the next one right.
        """
        ...

    def close(self) -> None:
        """Free what the matcher holds; closing twice is harmless, matching afterwards is not allowed."""
        ...


class Engine(Protocol):
    """Compiles propositions."""

    @property
    def name(self) -> str:
        """The name decisions carry: ``durable``, ``python`` or ``reference``."""
        ...

    def compile(self, propositions: Mapping[str, Proposition], *, missing_passes: bool = False) -> Matcher:
        """Return a matcher for *propositions* by key; raises `EnvelopeError` for one that does not fit.

        With *missing_passes* every comparison of a missing column holds (one of a value of another type
        still does not).
        """
        ...
