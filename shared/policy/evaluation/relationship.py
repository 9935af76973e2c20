"""What is kept of one customer between judgements: tier, derived facts, episodes, past firings.

Pure state without rules: `evaluate` changes it in place, for speed. Whoever changes it otherwise calls
`forget_idle` afterwards.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any

from shared.contracts.facts import facts_from_json, facts_to_json
from shared.model.values import FactValue
from shared.policy.evaluation.episode import Alert, Episode
from shared.policy.evaluation.looking import Sight
from shared.quick_dataclass import dataclass

SHADOW = "~"
"""Prefix of a rule's key while it runs in shadow, so that it keeps a state of its own."""

NO_TIER = "none"


@dataclass(frozen=True, slots=True)
class Idle:
    """A policy that decided nothing: while it sees the same and *wake* is later, it need not be judged."""

    seen: Sight
    wake: int | None


@dataclass(slots=True)
class Relationship:
    """One customer's state. Episodes and firings hang on rule keys: a rule's id, in shadow ``~`` + id."""

    release: str = ""  # digest of the release judged by last
    first_seen: int | None = None
    tier_since: int | None = None  # None: as long as the customer is known
    tier_kept_until: int = 0  # first day on which the tier may change again
    facts: dict[str, FactValue] = field(default_factory=dict)  # set by rules, and latched
    granted: set[str] = field(default_factory=set)  # entitlements beside the tier's
    revoked: set[str] = field(default_factory=set)  # entitlements withheld although the tier has them
    episodes: dict[str, Episode] = field(default_factory=dict)
    firings: dict[str, tuple[int, ...]] = field(default_factory=dict)  # days, for cool_down and max_per
    previous: dict[str, dict[str, FactValue]] = field(default_factory=dict)  # by policy, for `changed`
    idle: dict[str, Idle] = field(default_factory=dict, compare=False)  # by policy; never stored

    @property
    def tier(self) -> str:
        """The membership level now."""
        return str(self.facts.get("tier", NO_TIER))

    @property
    def alerts(self) -> list[Alert]:
        """Alerts that are open; what a rule in shadow would have raised is not among them."""
        return [
            alert
            for key, episode in self.episodes.items()
            if not key.startswith(SHADOW)
            for alert in episode.alerts
        ]

    def forget_idle(self) -> None:
        """Make every policy be judged again."""
        self.idle.clear()

    def copy(self) -> "Relationship":
        """A second one that goes its own way; what both hold in common never changes in place."""
        return Relationship(
            self.release,
            self.first_seen,
            self.tier_since,
            self.tier_kept_until,
            self.facts.copy(),
            self.granted.copy(),
            self.revoked.copy(),
            self.episodes.copy(),
            self.firings.copy(),
            self.previous.copy(),
            self.idle.copy(),
        )

    def to_document(self) -> dict[str, Any]:
        """JSON-safe fields; a judgement after `from_document` is the same as without."""
        return {
            "release": self.release,
            "first_seen": self.first_seen,
            "tier_since": self.tier_since,
            "tier_kept_until": self.tier_kept_until,
            "facts": _sorted(self.facts),
            "granted": sorted(self.granted),
            "revoked": sorted(self.revoked),
            "episodes": {key: self.episodes[key].to_document() for key in sorted(self.episodes)},
            "firings": {key: list(self.firings[key]) for key in sorted(self.firings)},
            "previous": {policy: _sorted(facts) for policy, facts in sorted(self.previous.items())},
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "Relationship":
        """Read what `to_document` wrote."""
        return cls(
            release=document["release"],
            first_seen=document["first_seen"],
            tier_since=document["tier_since"],
            tier_kept_until=document["tier_kept_until"],
            facts=facts_from_json(document["facts"]),
            granted=set(document["granted"]),
            revoked=set(document["revoked"]),
            episodes={key: Episode.from_document(each) for key, each in document["episodes"].items()},
            firings={key: tuple(days) for key, days in document["firings"].items()},
            previous={policy: facts_from_json(facts) for policy, facts in document["previous"].items()},
        )


def _sorted(facts: Mapping[str, FactValue]) -> dict[str, Any]:
    return facts_to_json({name: facts[name] for name in sorted(facts)})
