"""Whose doing a difference is: the changed rule, or the changed metric, from which it follows.

Pure. Follows one customer's differing decisions in order. A rule that was changed answers for its own; any
other one passes it on to whoever made differ what it reads, kept it from acting, or acted at another time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from shared.backtest.acts import written
from shared.backtest.changes import Changes
from shared.contracts.decision import DecisionRecord

UNKNOWN = "?"


@dataclass(slots=True)
class Blame:
    """*by_decision*: to whom each differing decision leads back, by its id and side."""

    changes: Changes
    order: Mapping[str, int]  # policies by their place
    by_decision: dict[tuple[bool, str], str] = field(default_factory=dict)
    _facts: dict[str, str] = field(default_factory=dict)
    _rules: dict[str, str] = field(default_factory=dict)
    _last: str = UNKNOWN

    def follow(self, base: Sequence[DecisionRecord], candidate: Sequence[DecisionRecord]) -> None:
        """Look at the decisions that one side alone has, in the order in which they came."""
        found = [(each, False) for each in base] + [(each, True) for each in candidate]
        for decision, side in sorted(found, key=self._when):
            root = self._root(decision)
            self.by_decision[side, decision.id] = root
            self._last = self._rules[decision.rule] = root
            if decision.outcome == "fired":
                self._facts.update(dict.fromkeys(written(decision), root))

    def _when(self, found: tuple[DecisionRecord, bool]) -> tuple[int, int, str, str, bool]:
        decision, side = found
        return decision.day, self.order.get(decision.policy, -1), decision.as_of, decision.rule, side

    def _root(self, decision: DecisionRecord) -> str:
        if decision.rule in self.changes.rules:
            return decision.rule
        for fact in decision.facts:
            if fact in self._facts:
                return self._facts[fact]
        for fact in decision.facts:
            if origin := self.changes.facts.get(fact.partition("~")[0]):
                return f"fact {origin}"
        return self._rules.get(decision.rule, self._last)


def differing(
    base: Sequence[DecisionRecord], candidate: Sequence[DecisionRecord], from_day: int
) -> tuple[list[DecisionRecord], list[DecisionRecord]]:
    """The decisions that one side has and the other has not: same rule, outcome and day are the same."""
    if base is candidate:  # the sides never parted
        return [], []
    kept_base, kept_candidate = _keys(base, from_day), _keys(candidate, from_day)
    return (
        [decision for key, decision in kept_base.items() if key not in kept_candidate],
        [decision for key, decision in kept_candidate.items() if key not in kept_base],
    )


def _keys(decisions: Sequence[DecisionRecord], from_day: int) -> dict[tuple[object, ...], DecisionRecord]:
    """The decisions by what makes them the same; those alike in all of that are numbered."""
    found: dict[tuple[object, ...], DecisionRecord] = {}
    for decision in decisions:
        if decision.day >= from_day:
            alike = (decision.rule, decision.outcome, decision.day, _effects(decision))
            number = 0
            while (alike, number) in found:
                number += 1
            found[alike, number] = decision
    return found


def _effects(decision: DecisionRecord) -> tuple[str, ...]:
    """What tells two firings of a rule on one day apart: another tier, another value."""
    return tuple(
        f"{action.kind} {action.fields.get('to', '')}{action.fields.get('value', '')}"
        for action in decision.actions
    )
