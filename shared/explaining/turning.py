"""Near misses of a decision: which single condition, had it read otherwise, would have turned the whole.

Pure, from the record's own outcomes and the release: no value is looked up, so personal facts stay unknown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.contracts.decision import DecisionRecord, LeafTrace
from shared.model.conditions import Condition, Connective, Leaf, Phrase
from shared.model.rules import Bundle, RuleDef
from shared.model.values import Kind

_WHOLE = frozenset({Kind.INTEGER, Kind.DAYS, Kind.AMOUNT})
_STEPS = {
    Phrase.AT_LEAST.value: (-1, 0),
    Phrase.AT_MOST.value: (1, 0),
    Phrase.MORE_THAN.value: (0, 1),
    Phrase.LESS_THAN.value: (0, -1),
}
"""From the threshold to the nearest whole value that turns a leaf which holds, and one which does not."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A condition that decided alone; *otherwise*: the nearest value that would have turned it, where there
    is one (for fractions, any value beyond it)."""

    leaf: LeafTrace
    otherwise: float | None = None


def turns(record: DecisionRecord, bundle: Bundle) -> tuple[Turn, ...]:
    """Each condition of the record that alone would have turned the outcome, the nearest first."""
    rule = _rule(record, bundle)
    condition = None if rule is None else _condition(rule, record)
    if condition is None or len(list(_leaves(condition))) != len(record.leaves):
        return ()
    read = [leaf.outcome for leaf in record.leaves]
    truth = _truth(condition, iter(read))
    found = [
        Turn(leaf, _otherwise(leaf, bundle))
        for number, leaf in enumerate(record.leaves)
        if _turned(condition, read, number) is not truth
    ]
    return tuple(sorted(found, key=lambda turn: distance(turn.leaf)))


def _rule(record: DecisionRecord, bundle: Bundle) -> RuleDef | None:
    rules = (rule for policy in bundle.policies if policy.id == record.policy for rule in policy.rules)
    return next((rule for rule in rules if rule.id == record.rule), None)


def _condition(rule: RuleDef, record: DecisionRecord) -> Condition:
    cleared = record.outcome == "resolved" and rule.clear_when is not None
    return rule.clear_when if cleared and rule.clear_when is not None else rule.when


def _leaves(condition: Condition) -> Iterator[Leaf]:
    if isinstance(condition, Leaf):
        yield condition
    else:
        for part in condition.parts:
            yield from _leaves(part)


def _turned(condition: Condition, read: Sequence[bool | None], number: int) -> bool | None:
    return _truth(condition, iter([not each if at == number else each for at, each in enumerate(read)]))


def _truth(condition: Condition, read: Iterator[bool | None]) -> bool | None:
    """Kleene's logic over outcomes in the order of the leaves."""
    if isinstance(condition, Leaf):
        return next(read)
    parts = [_truth(part, read) for part in condition.parts]
    decisive = condition.connective is not Connective.ALL
    if decisive in parts:
        truth: bool | None = decisive
    else:
        truth = None if None in parts else not decisive
    return truth if condition.connective is not Connective.NONE or truth is None else not truth


def _otherwise(leaf: LeafTrace, bundle: Bundle) -> float | None:
    """The nearest value on the other side of the threshold."""
    steps, threshold = _STEPS.get(leaf.phrase), leaf.threshold
    if steps is None or leaf.margin is None or not isinstance(threshold, (int, float)):
        return None
    fact = bundle.facts.get(leaf.fact)
    is_whole = fact is not None and fact.kind in _WHOLE
    return threshold + (steps[not leaf.outcome] if is_whole else 0)


def distance(leaf: LeafTrace) -> tuple[bool, float]:
    """How far a condition is from turning, as a share of its threshold; unmeasured ones come last."""
    if leaf.margin is None or not isinstance(leaf.threshold, (int, float)):
        return True, 0.0
    return False, abs(leaf.margin) / max(abs(leaf.threshold), 1.0)
