"""Scenes for one rule: customers at its edges, and timelines on which its timers run out. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from shared.model.conditions import Leaf
from shared.model.rules import ActionKind, FactSource, RuleDef, Table
from shared.policy.evaluation.conflict import groups
from shared.policy.lowering import leaves
from shared.policy.testing.assigning import Assignment
from shared.policy.testing.drafting import Draft, Sketchbook
from shared.policy.testing.model import Given
from shared.policy.testing.pivoting import Demands, pivots, satisfying

_MOST = 60


@dataclass(frozen=True, slots=True)
class Scenes:
    """Drafts for the rules of one policy."""

    book: Sketchbook
    rules: tuple[RuleDef, ...]

    def at_leaf(self, rule: RuleDef, part: str, number: int) -> Iterator[Draft]:
        """Leaf *number* of *part* alone decides, at and around its threshold."""
        condition = rule.when if part == "when" else rule.clear_when
        if condition is None:
            return
        leaf = list(leaves(condition))[number]
        for demands in _few(pivots(condition, number)):
            if part == "when":
                yield from self._deciding(rule, leaf, demands)
            else:
                for wanted in (True, False, None):
                    yield from self._clearing(rule, ((leaf, wanted), *demands))

    def of_rule(self, rule: RuleDef) -> Iterator[Draft]:
        """The whole rule acts; its timers and its rivals matter."""
        rivals = [each for each in self.rules if each is not rule and set(groups(each)) & set(groups(rule))]
        for demands in _few(satisfying(rule.when, wanted=True)):
            for offset, found in self.book.found(demands):
                yield self.book.draft(rule, found, offset, around(rule.for_days, _period(rule)))
                yield from self._again(rule, found, offset)
                for rival in rivals:
                    yield from self._kept(rule, rival, found, offset)
            yield from self._by_table(rule, demands)
            for rival in rivals:
                yield from self._together(rule, rival, demands)

    def _deciding(self, rule: RuleDef, leaf: Leaf, demands: Demands) -> Iterator[Draft]:
        days = around(rule.for_days, _period(rule))
        if self.book.bundle.facts[leaf.fact].source is FactSource.CALENDAR:
            yield from self._on_dates(rule, leaf, demands)
            return
        for option in self.book.on(0).options(leaf):
            for offset, found in self.book.found(demands, {leaf.fact: option}):
                yield self.book.draft(rule, found, offset, days)
        if rule.for_days:
            yield from self._late(rule, leaf, demands)

    def _on_dates(self, rule: RuleDef, leaf: Leaf, demands: Demands) -> Iterator[Draft]:
        """The days on which a calendar comes near and goes."""
        for wanted in (True, False):
            for offset, found in self.book.found(((leaf, wanted), *demands)):
                beside = max(0, offset - 1)
                yield self.book.draft(rule, found, beside, (0, 1, *around(rule.for_days, _period(rule))))

    def _late(self, rule: RuleDef, leaf: Leaf, demands: Demands) -> Iterator[Draft]:
        """The leaf comes true only when the others have been for as long as the rule waits."""
        wait = rule.for_days
        for offset, found in self.book.found(((leaf, False), *demands)):
            then = self.book.later(_idle(rule), found, ((leaf, True), *demands), offset + wait + 1)
            if then:
                days = (wait, wait + 1, 2 * wait, 2 * wait + 1)
                yield self.book.draft(rule, found, offset, days, {wait + 1: then})

    def _again(self, rule: RuleDef, found: Assignment, offset: int) -> Iterator[Draft]:
        """The rule holds, lets go, and holds again before it may act again."""
        pause, first = max(rule.cool_down_days, rule.max_per[1] if rule.max_per else 0), rule.for_days
        for away in _few(satisfying(rule.when, wanted=False)) if pause else ():
            other = self.book.later(rule, found, away, offset + first + 1)
            if other is not None:
                back = {name: found.given.facts[name] for name in other if name in found.given.facts}
                days = (0, first, first + 1, first + 2, first + pause - 1, first + pause)
                yield self.book.draft(rule, found, offset, days, {first + 1: other, first + 2: back})

    def _by_table(self, rule: RuleDef, demands: Demands) -> Iterator[Draft]:
        """One customer for each row of the rule's tables."""
        for table in _tables(rule):
            for row in table.rows:
                cells = {n: cell[0] for n, cell in zip(table.inputs, row.cells, strict=True) if cell}
                days = around(rule.for_days, row.answer if isinstance(row.answer, int) else 0)
                for offset, found in self.book.knowing(cells).found(demands):
                    given = Given({**cells, **found.given.facts}, found.given.before)
                    yield self.book.draft(rule, Assignment(given, found.earlier), offset, days)

    def _together(self, rule: RuleDef, rival: RuleDef, demands: Demands) -> Iterator[Draft]:
        """Both rules hold at once."""
        for more in _few(satisfying(rival.when, wanted=True)):
            for offset, found in self.book.found((*demands, *more)):
                yield self.book.draft(rule, found, offset, around(max(rule.for_days, rival.for_days)))

    def _kept(self, rule: RuleDef, rival: RuleDef, found: Assignment, offset: int) -> Iterator[Draft]:
        """After the rule moved the tier, its rival wants to move it before that is allowed."""
        kept, first = max(_days_kept(rule), default=0), rule.for_days
        for away in _few(satisfying(rival.when, wanted=True)) if kept else ():
            then = self.book.later(rule, found, away, offset + first + 1)
            if then is not None:
                days = (0, first, first + 1, first + kept - 1, first + kept)
                yield self.book.draft(rule, found, offset, days, {first + 1: then})

    def _clearing(self, rule: RuleDef, demands: Demands) -> Iterator[Draft]:
        """The rule acts; then it lets go, or does not, by its `clear_when` alone."""
        first, kept = rule.for_days, rule.keep_for_days
        for holds in _few(satisfying(rule.when, wanted=True)):
            for offset, found in self.book.found(holds):
                for gone in _few(satisfying(rule.when, wanted=False)):
                    then = self.book.later(rule, found, (*demands, *gone), offset + first + 1)
                    if then is not None:
                        days = (0, first, first + 1, first + kept, first + 1 + kept)
                        yield self.book.draft(rule, found, offset, days, {first + 1: then})


def _few(options: Iterable[Demands]) -> Iterator[Demands]:
    yield from islice(options, _MOST)


def around(wait: int, period: int = 0) -> tuple[int, ...]:
    """The days on which a timer is about to run out, and does."""
    days = {0, max(0, wait - 1), wait}
    if period:
        days |= {wait + period - 1, wait + period}
    return tuple(sorted(days))


def _period(rule: RuleDef) -> int:
    return (rule.repeat.every_days or 0) if rule.repeat else 0


def _idle(rule: RuleDef) -> RuleDef:
    """A rule that does nothing, in place of *rule* before it acted."""
    return RuleDef(rule.id, rule.policy, rule.title, rule.when, ())


def _days_kept(rule: RuleDef) -> Iterator[int]:
    for action in rule.actions:
        kept = action.fields.get("keep_at_least_days")
        if action.kind is ActionKind.CHANGE_TIER and isinstance(kept, int):
            yield kept


def _tables(rule: RuleDef) -> Iterator[Table]:
    values = [action.fields.get("value") for action in rule.actions]
    for value in (*values, rule.repeat.table if rule.repeat else None):
        if isinstance(value, Table):
            yield value
