"""How rules read, in lines for people who look for the reason of a failure. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shared.contracts.decision import DecisionRecord, LeafTrace
from shared.model.conditions import Leaf, Phrase
from shared.model.rules import Action, ActionKind, Bundle, RuleDef, Table
from shared.model.values import FactValue, in_language
from shared.policy.engine.truth import Situation, trace
from shared.policy.evaluation.episode import PENDING
from shared.policy.evaluation.relationship import Relationship
from shared.policy.evaluation.wording import say
from shared.policy.testing.distances import ORDERED, directed, distance, write_distance
from shared.policy.testing.model import RESOLVE_ALERT, Wanted
from shared.policy.testing.running import Day
from shared.policy.testing.shapes import SUBJECTS
from shared.policy.words import Speaker

_MARKS: Mapping[bool | None, str] = {True: "✓", False: "✗", None: "?"}


def distances(missing: Mapping[str, str]) -> str:
    """What a rule lacks, as tests have it."""
    return f"{{{', '.join(f'{name}: {gap}' for name, gap in sorted(missing.items()))}}}"


def _by_table(action: Action) -> bool:
    return isinstance(action.fields.get("value"), Table)


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
            action.kind.value == kind
            and action.fields[field] == wanted.subject
            and (wanted.value is None or action.fields["value"] == wanted.value or _by_table(action))
            for action in rule.actions
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
        line = f"{line} ({self._value(leaf, told, situation)}"
        gap = None if agrees or leaf.phrase not in ORDERED else distance(leaf, told, situation, self.bundle)
        measurable = isinstance(gap, (int, float)) and not isinstance(gap, bool)
        return (
            f"{line}, {write_distance(gap, leaf, self.bundle)} short)" if gap and measurable else f"{line})"
        )

    def _value(self, leaf: Leaf, told: LeafTrace, situation: Situation) -> str:
        if leaf.phrase is Phrase.WITHIN:
            return "not again" if told.value is None else f"{told.value} days away"
        if leaf.phrase in (Phrase.ROSE, Phrase.FELL):
            return f"changed by {self.value(f'{leaf.fact}~change', told.value)}"
        return f"is {self.value(leaf.fact, situation.now(leaf.fact))}"

    def _waiting(self, rule: RuleDef, day: int, relationship: Relationship) -> Iterator[str]:
        episode = relationship.episodes.get(rule.id)
        if episode is None:
            return
        if episode.phase == PENDING:
            yield f"waits: {day - episode.since} of {rule.for_days} days"
        elif episode.held:
            yield f"holds, but is held back by {episode.held}"
        elif episode.ordered:
            again = "it acts again by its repeat" if rule.repeat else "its actions come once per episode"
            yield f"holds, and acted before: {again}"

    def value(self, name: str, value: FactValue) -> str:
        """A fact's value as people read it."""
        return say(name, value, self.bundle, "en")
