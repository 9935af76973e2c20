"""The record that a rule fired, was held back, or let go of a customer, with everything that explains it.

Pure. A record is derived from release and facts alone: no clock, no random id.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from shared.contracts.snapshot import Cause
from shared.model.values import FactValue, Text
from shared.quick_dataclass import dataclass

Outcome = Literal["fired", "blocked", "resolved", "stopped", "held_out"]
"""fired: actions were ordered. blocked: due, but held back (see *held_by*). resolved: an alert's episode
is over. stopped: a fact went missing and ``when_missing: stop`` ended the episode. held_out: the customer is
in the rule's holdout, nothing was ordered."""


@dataclass(frozen=True, slots=True)
class LeafTrace:
    """One leaf as it was read: *outcome* true, false or unknown (None); *margin* is the signed distance
    of a numeric fact to its threshold (≥ 0 on the true side), None where there is no order."""

    fact: str
    phrase: str
    value: FactValue
    outcome: bool | None
    threshold: FactValue = None
    margin: float | None = None


@dataclass(frozen=True, slots=True)
class OrderedAction:
    """An action with its own id and its fields fully resolved (tables answered, texts rendered)."""

    id: str
    kind: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DecisionRecord:
    """Everything about one decision; all but *budget*, *engine* and *agreed* is the business projection.

    *basis* is what the judgement read beside facts and episode, each only where it matters: ``previous``
    (what `changed` compared with), ``firings`` (days that quotas count), ``tier_kept_until`` (a day still to
    come) and ``paused``. *budget*: the ``number`` of its place among the day's ``places``, null for none.
    """

    id: str
    customer: str
    rule: str
    policy: str
    release: str
    outcome: Outcome
    mode: str  # live | shadow | percent
    as_of: str
    day: int
    cause: Cause
    facts: Mapping[str, FactValue]  # the facts the rule read, and those its actions would change
    leaves: tuple[LeafTrace, ...]
    reason: Text
    actions: tuple[OrderedAction, ...] = ()
    held_by: str = ""  # keep_at_least, budget, cool_down, max_per, conflict:<rule>, paused:<switch> …
    losers: tuple[Mapping[str, str], ...] = ()  # {"rule": …, "reason": …}
    episode_before: Mapping[str, Any] = field(default_factory=dict)
    episode_after: Mapping[str, Any] = field(default_factory=dict)
    tier_change: str | None = None  # "none>core" when the tier moved
    score_lines: tuple[Mapping[str, Any], ...] = ()  # traits with points, when the rule read score or a trait
    bucket: float | None = None  # rollout position 0–100, sticky by customer and rule
    basis: Mapping[str, Any] = field(default_factory=dict)
    budget: Mapping[str, int | None] = field(default_factory=dict)
    engine: str = ""
    agreed: bool = True
