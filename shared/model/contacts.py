"""What decides between contacts with one customer when not all of them may be made.

Pure declarations.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Weight:
    """How much a contact matters; the larger comes first. Of one priority, key events come first."""

    priority: int = 0
    is_key_event: bool = False


@dataclass(frozen=True, slots=True)
class Keep:
    """The *last* so many contacts of the cap wait for those of at least *priority*; None: for key events."""

    last: int
    priority: int | None = None

    def serves(self, weight: Weight) -> bool:
        """Whether a contact of that *weight* is one of those it waits for."""
        return weight.is_key_event if self.priority is None else weight.priority >= self.priority

    @property
    def name(self) -> str:
        """Whom it waits for, as rule files say it."""
        return "key events" if self.priority is None else f"priority at least {self.priority}"
