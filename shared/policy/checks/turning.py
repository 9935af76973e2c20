"""How long one turn of a customer who goes round and round takes, seen by watching. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.model.conditions import Leaf
from shared.model.rules import RuleDef, Table
from shared.policy.checks.moves import Move
from shared.policy.checks.regions.customer import Customer
from shared.policy.checks.rulebook import Rulebook
from shared.policy.checks.watching import Fired, Watch
from shared.policy.lowering import leaves

TURNS = 3


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn takes *days*; 0 if the customer goes round at every evaluation."""

    days: int

    @property
    def english(self) -> str:
        """How often, in words."""
        if self.days == 0:
            return "at every evaluation"
        return f"one turn every {self.days} day{'s' if self.days > 1 else ''}"

    @property
    def chinese(self) -> str:
        """The same in Chinese."""
        return f"每 {self.days} 天一轮" if self.days else "每次评估都变动"


def turn_of(
    watch: Watch, cycle: Sequence[tuple[Any, Move]], customer: Customer, book: Rulebook
) -> Turn | None:
    """Watch *customer*; return the turn if every rule of *cycle* acts again and again."""
    rules = [move.placed.rule for _, move in cycle]
    first = max([book.first_day, *(rule.effective_from or 0 for rule in rules)])
    longest = TURNS * sum(_slowness(move) for _, move in cycle) + TURNS
    fired = watch.life(customer, first, longest)
    days = [_days_of(rule, fired) for rule in rules]
    if any(len(found) < 2 for found in days):
        return None
    return Turn(days[0][-1] - days[0][-2])


def _days_of(rule: RuleDef, fired: Sequence[Fired]) -> list[int]:
    return [each.day for each in fired if each.rule == rule.id]


def _slowness(move: Move) -> int:
    """At most so many days pass between being where a rule moves from and its moving."""
    rule = move.placed.rule
    waits = rule.for_days + rule.keep_for_days + rule.cool_down_days + move.keep_days
    quota = rule.max_per[1] if rule.max_per else 0
    return 2 + waits + quota + _repeat(rule) + _longest_stay(rule)


def _repeat(rule: RuleDef) -> int:
    if rule.repeat is None:
        return 0
    if isinstance(rule.repeat.table, Table):
        answers = [row.answer for row in rule.repeat.table.rows] + [rule.repeat.table.otherwise]
        return max(answer for answer in (*answers, 0) if isinstance(answer, int))
    return rule.repeat.every_days or 0


def _longest_stay(rule: RuleDef) -> int:
    """The largest number of days in the tier that the rule asks for."""
    named = [leaf for leaf in leaves(rule.when) if leaf.fact == "days_in_tier"]
    return max((value for leaf in named for value in _whole(leaf)), default=0)


def _whole(leaf: Leaf) -> list[int]:
    return [int(value) for value in leaf.values if isinstance(value, (int, float))]
