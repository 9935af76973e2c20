"""A set of named conditions, compiled once and judged for every evaluation: true, false or unknown.

The door from policies to engines. Facts become a row; where all that is needed is known the engine is asked
once, else first for what is possible, and then, if that leaves anything open, for what is certain.
"""

from collections.abc import Iterable, Mapping
from types import TracebackType

from shared.contracts.decision import LeafTrace
from shared.model.catalogue import Calendar
from shared.model.conditions import Condition, Leaf, Phrase
from shared.model.rules import FactDef
from shared.model.values import FactValue
from shared.policy.columns import Columns, Crossing, Row
from shared.policy.engine.dating import dated
from shared.policy.engine.port import Engine
from shared.policy.engine.truth import Situation, trace, truth
from shared.policy.lowering import Lowered, leaves, lower


class ConditionSet:
    """Conditions by name (rule ids, or whatever the caller calls them).

    *reads*: the facts any condition looks at; while they, the previous evaluation's *watched* facts and (for
    dates, see *next_days*) the day stay the same, so do the answers. *watched*: facts whose previous value
    matters (``changed``). *thresholds*: by numeric fact the numbers it is compared with.
    """

    def __init__(
        self,
        conditions: Mapping[str, Condition],
        facts: Mapping[str, FactDef],
        calendars: Mapping[str, Calendar],
        engine: Engine,
    ) -> None:
        self._conditions, self._facts, self._calendars = dict(conditions), facts, calendars
        lowered = {name: lower(condition, facts) for name, condition in conditions.items()}
        every = [leaf for condition in conditions.values() for leaf in leaves(condition)]
        self.columns = _columns(lowered.values(), calendars)
        self.reads = frozenset(column.reads for one in lowered.values() for column in one.columns)
        self.watched = frozenset(leaf.fact for leaf in every if leaf.phrase is Phrase.CHANGED)
        self.thresholds = _thresholds(every)
        self.project = self.columns.project
        self.next_days = self.columns.next_days
        self._dated = dated(self._conditions, lowered)
        self._unanswered: dict[str, bool | None] = dict.fromkeys(conditions, False)
        self._askers = _askers(lowered)
        self._needed = frozenset(self._askers)
        certain = {name: one.certain for name, one in lowered.items()}
        self._certain = engine.compile(certain)
        self._possible = engine.compile(certain, missing_passes=True)

    def judge(self, row: Row) -> dict[str, bool | None]:
        """Return by name whether each condition is true, false or unknown (None) for a projected row."""
        answers = self._unanswered.copy()
        missing = self._needed - row.keys()
        for name in self._possible.match(row) if missing else self._certain.match(row):
            answers[name] = True
        if missing:
            self._mark_unknown(answers, row, missing)
        return answers

    def _mark_unknown(self, answers: dict[str, bool | None], row: Row, missing: Iterable[str]) -> None:
        askers = self._askers
        open_names = {name for column in missing for name in askers[column] if answers[name]}
        if open_names:
            for name in open_names - self._certain.match(row):
                answers[name] = None

    def date_crossings(self, facts: Mapping[str, FactValue]) -> frozenset[Crossing]:
        """The numbers of days at which a date may turn an answer, as the other facts stand.

        Two customers who look alike in what the conditions read have the same.
        """
        situation = self._situation(facts, {}, 1)
        concerned = [one.crossings for one in self._dated if one.concerns(situation)]
        return frozenset().union(*concerned)

    def truth(
        self, name: str, facts: Mapping[str, FactValue], previous: Mapping[str, FactValue], day: int
    ) -> bool | None:
        """Return what *name* means by the definition, without the engine."""
        return truth(self._conditions[name], self._situation(facts, previous, day))

    def trace(
        self, name: str, facts: Mapping[str, FactValue], previous: Mapping[str, FactValue], day: int
    ) -> tuple[LeafTrace, ...]:
        """Return how each leaf of *name* reads, for explanations."""
        return trace(self._conditions[name], self._situation(facts, previous, day))

    def _situation(
        self, facts: Mapping[str, FactValue], previous: Mapping[str, FactValue], day: int
    ) -> Situation:
        return Situation(facts, previous, day, self._facts, self._calendars)

    def close(self) -> None:
        """Free the engine's matchers."""
        self._certain.close()
        self._possible.close()

    def __enter__(self) -> "ConditionSet":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()


def _columns(lowered: Iterable[Lowered], calendars: Mapping[str, Calendar]) -> Columns:
    every = list(lowered)
    return Columns(
        {column for one in every for column in one.columns},
        calendars,
        {crossing for one in every for crossing in one.crossings},
    )


def _askers(lowered: Mapping[str, Lowered]) -> dict[str, tuple[str, ...]]:
    """By column, the conditions that may be unknown when it is missing."""
    askers: dict[str, tuple[str, ...]] = {}
    for name, one in lowered.items():
        for column in sorted(one.needed):
            askers[column] = (*askers.get(column, ()), name)
    return askers


def _thresholds(every: Iterable[Leaf]) -> dict[str, tuple[float, ...]]:
    found: dict[str, set[float]] = {}
    for leaf in every:
        numbers = [n for n in leaf.values if isinstance(n, (int, float)) and not isinstance(n, bool)]
        if leaf.phrase is Phrase.WITHIN or not numbers:
            continue
        if leaf.phrase in (Phrase.ROSE, Phrase.FELL):
            sign = 1 if leaf.phrase is Phrase.ROSE else -1
            found.setdefault(f"{leaf.fact}~change", set()).update(sign * number for number in numbers)
        else:
            found.setdefault(leaf.fact, set()).update(numbers)
    return {name: tuple(sorted(numbers)) for name, numbers in found.items()}
