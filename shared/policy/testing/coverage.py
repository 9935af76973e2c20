"""What the tests have seen of every condition: true, false, unknown, and both sides of its threshold.

Pure. Both sides means the threshold itself and one unit on the side where the answer is the other.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from shared.model.conditions import Leaf, Phrase
from shared.model.rules import Bundle, FactDef, RuleDef
from shared.model.values import Value
from shared.policy.engine.truth import Situation, days_away, trace
from shared.policy.nodes import Span
from shared.policy.quantities import write_value
from shared.policy.testing.certain import always_known
from shared.policy.testing.distances import MEASURED_IN
from shared.policy.testing.places import Places
from shared.policy.testing.sides import both_sides, parts_of
from shared.policy.testing.telling import Teller

_COMPARED_IN_TIME = frozenset({Phrase.ROSE, Phrase.FELL})
_ALWAYS_ANSWERED = frozenset({Phrase.KNOWN, Phrase.MISSING})


@dataclass(slots=True)
class LeafCover:
    """One condition, its place, and what was seen of it. *sides*: by value to be seen, whether it was."""

    rule: RuleDef
    leaf: Leaf
    part: str  # when, or clear_when
    text: str
    span: Span | None
    fact: FactDef
    currency: str
    can_be_unknown: bool
    sides: dict[Value, bool]
    true: bool = False
    false: bool = False
    unknown: bool = False

    @property
    def missing(self) -> list[str]:
        """What the tests have not seen yet."""
        lacks = [name for name, seen in (("true", self.true), ("false", self.false)) if not seen]
        if self.can_be_unknown and not self.unknown:
            lacks.append("unknown")
        return lacks + [f"at {self.say(value)}" for value, seen in self.sides.items() if not seen]

    def say(self, side: Value) -> str:
        """One side as rule files have it, with its unit."""
        return write_value(side, MEASURED_IN.get(self.leaf.phrase, self.fact.kind), self.currency)


@dataclass(slots=True)
class Coverage:
    """The conditions of every rule, as far as tests have seen them, and the rules that acted."""

    bundle: Bundle
    leaves: dict[tuple[str, str, int], LeafCover] = field(default_factory=dict)
    fired: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, bundle: Bundle, places: Places) -> "Coverage":
        """Nothing seen yet."""
        coverage, teller, certain = cls(bundle), Teller(bundle), always_known(bundle)
        for policy in bundle.policies:
            for rule in policy.rules:
                for part, number, leaf in parts_of(rule):
                    key = (rule.id, part, number)
                    coverage.leaves[key] = LeafCover(
                        rule,
                        leaf,
                        part,
                        text=teller.phrase(leaf),
                        span=places.get(key),
                        fact=bundle.facts[leaf.fact],
                        currency=bundle.catalogue.currency,
                        can_be_unknown=_can_be_unknown(leaf, certain),
                        sides=dict.fromkeys(both_sides(leaf, bundle), False),
                    )
        return coverage

    def watch(self, policy: str, situation: Situation) -> None:
        """Note what a judgement of *policy* looks at."""
        for cover in self.leaves.values():
            if cover.rule.policy == policy:
                _see(cover, situation)

    def share(self, policies: Collection[str] = ()) -> float:
        """Percent of everything there is to see, in *policies* or all, that was seen."""
        total = seen = 0
        for cover in self.of_policies(policies):
            wanted = 2 + cover.can_be_unknown + len(cover.sides)
            total += wanted
            seen += wanted - len(cover.missing)
        return round(100 * seen / total, 1) if total else 100.0

    def of_policies(self, policies: Collection[str] = ()) -> list[LeafCover]:
        """The conditions of *policies*, or of all."""
        return [cover for cover in self.leaves.values() if not policies or cover.rule.policy in policies]

    @property
    def idle_rules(self) -> tuple[str, ...]:
        """Rules that no test made act."""
        rules = (rule.id for policy in self.bundle.policies for rule in policy.rules)
        return tuple(rule for rule in rules if rule not in self.fired)

    def to_json(self) -> dict[str, Any]:
        """The coverage as JSON values."""
        return {
            "percent": self.share(),
            "rules_never_fired": list(self.idle_rules),
            "leaves": [_row(cover) for cover in self.leaves.values()],
        }


def _row(cover: LeafCover) -> dict[str, Any]:
    place = {"file": cover.span.file, "line": cover.span.line} if cover.span else {}
    return {
        "rule": cover.rule.id,
        "policy": cover.rule.policy,
        "part": cover.part,
        "condition": cover.text,
        **place,
        "true": cover.true,
        "false": cover.false,
        "unknown": cover.unknown if cover.can_be_unknown else None,
        "sides": {cover.say(value): seen for value, seen in cover.sides.items()},
        "missing": cover.missing,
    }


def _can_be_unknown(leaf: Leaf, certain: frozenset[str]) -> bool:
    if leaf.phrase in _COMPARED_IN_TIME:  # from nothing there is no growth, even where the value is known
        return True
    return leaf.fact not in certain and leaf.phrase not in _ALWAYS_ANSWERED


def _see(cover: LeafCover, situation: Situation) -> None:
    told = trace(cover.leaf, situation)[0]
    if told.outcome is None:
        cover.unknown = True
        return
    if told.outcome:
        cover.true = True
    else:
        cover.false = True
    value = days_away(cover.leaf, situation) if cover.leaf.phrase is Phrase.WITHIN else told.value
    if isinstance(value, (int, float)) and value in cover.sides:
        cover.sides[value] = True
