"""How far a rule has come with one customer: pending, active or clearing.

Pure values; how they change is `lifecycle`, what a rule orders is not known here. Days are ordinals of
local dates.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, field, fields
from typing import Any

from shared.model.values import Value
from shared.quick_dataclass import dataclass

PENDING, ACTIVE, CLEARING = "pending", "active", "clearing"

Alert = Mapping[str, str]
"""An open alert: ``id`` (of the action that raised it), ``alert``, ``severity``."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A rule's current spell. While it is frozen it waits for a missing fact and its timers stand still."""

    started: int
    phase: str = PENDING
    since: int = 0  # start of the phase's timer, of pending or clearing
    counted_from: int = 0  # what `repeat` counts from: the activation, then each firing
    frozen_since: int | None = None
    ordered: bool = False  # what comes once (or by `repeat`) was ordered
    held: str = ""  # why a due action is held back
    held_out: bool = False  # the customer's being in the holdout was recorded
    records: int = 0  # decisions recorded in this episode
    alerts: tuple[Alert, ...] = ()
    proposed: tuple[tuple[str, Value], ...] = ()  # what a rule in shadow would have set, by fact
    _document: dict[str, Any] | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def acts(self) -> bool:
        """Whether actions may be ordered now."""
        return self.phase == ACTIVE and self.frozen_since is None

    @property
    def is_done(self) -> bool:
        """Whether the rule stands and ordered what comes once."""
        return self.ordered and self.acts

    @property
    def keeps_level(self) -> bool:
        """Whether facts that the rule sets are its to keep: until the episode is over, frozen or not."""
        return self.phase != PENDING

    def to_document(self) -> dict[str, Any]:
        """JSON-safe fields; those at their defaults are left out. Made once, so it is not to be changed."""
        return self._document or self._keep(_written(self))

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Episode":
        """Read what `to_document` wrote; *document* now belongs to the episode."""
        episode = cls(**{name: _READ.get(name, _same)(value) for name, value in document.items()})
        episode._keep(document)
        return episode

    def _keep(self, document: dict[str, Any]) -> dict[str, Any]:
        object.__setattr__(self, "_document", document)
        return document


_DEFAULTS = tuple(
    (each.name, None if each.default is MISSING else each.default) for each in fields(Episode) if each.init
)
_READ: Mapping[str, Callable[[Any], Any]] = {
    "alerts": tuple,
    "proposed": lambda pairs: tuple((fact, value) for fact, value in pairs),
}


def _same(value: Any) -> Any:
    return value


def _written(episode: Episode) -> dict[str, Any]:
    document: dict[str, Any] = {}
    for name, default in _DEFAULTS:
        value = getattr(episode, name)
        if value != default:
            document[name] = _plain(value)
    return document


def _plain(value: Any) -> Any:
    """Tuples as the lists that JSON makes of them, so that an episode reads the same before it was stored."""
    return [_plain(item) for item in value] if isinstance(value, tuple) else value
