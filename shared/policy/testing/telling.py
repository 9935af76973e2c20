"""How rules read, in lines for people who look for the reason of a failure. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shared.contracts.decision import DecisionRecord
from shared.model.conditions import Leaf
from shared.model.rules import ActionKind, Bundle, RuleDef
from shared.model.values import FactValue, Kind, Value, in_language
from shared.policy.engine.truth import Situation, trace
from shared.policy.evaluation.episode import PENDING
from shared.policy.evaluation.relationship import Relationship
from shared.policy.evaluation.wording import say
from shared.policy.quantities import write_value
from shared.policy.testing.distances import MEASURED_IN, ORDERED, directed, distance
from shared.policy.testing.model import RESOLVE_ALERT, Wanted
from shared.policy.testing.running import Day
from shared.policy.testing.shapes import SUBJECTS
from shared.policy.words import Speaker

_MARKS: Mapping[bool | None, str] = {True: "✓", False: "✗", None: "?"}


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells how rules of one bundle read."""

    bundle: Bundle

    def phrase(self, leaf: Leaf) -> str:
        """A leaf as rule files have it: ``score: at least 63``."""
        return f"{leaf.fact}: {Speaker(self.bundle).phrase(leaf)}"

    def when(self, decision: DecisionRecord, day: Day) -> str:
        """The day of *decision* as timelines count."""
        now = next(iter(day.situations.values())).day - day.point.offset if day.situations else decision.day
        return f"on {decision.day - now:+d}d ({date.fromordinal(decision.day).isoformat()})"

    def reasons(self, decision: DecisionRecord) -> tuple[str, ...]:
        """Which rule decided, and why."""
        return (f"{decision.rule} {decision.outcome}: {in_language(decision.reason, 'en')}",)

    def orders(self, rule: RuleDef, wanted: Wanted) -> bool:
        """Whether *rule* may bring about *wanted*."""
        kind = ActionKind.RAISE_ALERT.value if wanted.kind == RESOLVE_ALERT else wanted.kind
        field = "fact" if kind == "set" else SUBJECTS[kind]
        return any(
            action.kind.value == kind and action.fields[field] == wanted.subject for action in rule.actions
        )

    def reading(self, rule: RuleDef, situation: Situation, relationship: Relationship) -> tuple[str, ...]:
        """How each leaf of *rule* reads, and what else keeps it from acting."""
        read = [self._leaf(leaf, situation, wanted) for leaf, wanted in directed(rule.when)]
        waits = self._waiting(rule, situation.day, relationship)
        return (f"{rule.id}:", *(f"  {line}" for line in (*read, *waits)))

    def _leaf(self, leaf: Leaf, situation: Situation, wanted: bool) -> str:
        (told,) = trace(leaf, situation)
        agrees = told.outcome if told.outcome is None else told.outcome is wanted
        line = f"{_MARKS[agrees]} {'' if wanted else 'not '}{self.phrase(leaf)}"
        if told.outcome is None:
            return f"{line} (missing)"
        line = f"{line} (is {self.value(leaf.fact, situation.now(leaf.fact))}"
        gap = None if agrees else distance(leaf, told, situation, self.bundle)
        numeric = isinstance(gap, (int, float)) and not isinstance(gap, bool) and leaf.phrase in ORDERED
        return f"{line}, {self._amount(leaf, gap)} short)" if gap is not None and numeric else f"{line})"

    def _waiting(self, rule: RuleDef, day: int, relationship: Relationship) -> Iterator[str]:
        episode = relationship.episodes.get(rule.id)
        if episode is None:
            return
        if episode.phase == PENDING:
            yield f"waits: {day - episode.since} of {rule.for_days} days"
        elif episode.held:
            yield f"holds, but is held back by {episode.held}"
        elif episode.ordered:
            yield "holds, and acted before: actions come once per episode"

    def value(self, name: str, value: FactValue) -> str:
        """A fact's value as people read it."""
        return say(name, value, self.bundle, "en")

    def _amount(self, leaf: Leaf, value: Value) -> str:
        kind = MEASURED_IN.get(leaf.phrase, self.bundle.facts[leaf.fact].kind)
        return write_value(value, kind, self.bundle.catalogue.currency)

    def distances(self, missing: Mapping[str, Value | None]) -> str:
        """What a rule lacks, as tests have it."""
        told = (f"{name}: {self._distance(name, value)}" for name, value in sorted(missing.items()))
        return f"{{{', '.join(told)}}}"

    def _distance(self, name: str, value: Value | None) -> str:
        if value is None:
            return "missing"
        fact = self.bundle.facts[name]
        kind = Kind.DAYS if fact.kind in (Kind.DATE, Kind.MONTH_DAY) else fact.kind
        return write_value(value, kind, self.bundle.catalogue.currency)
