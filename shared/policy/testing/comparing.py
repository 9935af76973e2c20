"""Compare what happened on a day with what a test expects, and say in helpful words where they part.

Pure. A failure points at the words of the test that do not hold, and shows how the rules read.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from shared.contracts.decision import DecisionRecord
from shared.model.rules import Bundle, RuleDef
from shared.model.values import in_language
from shared.policy.engine.truth import truth
from shared.policy.nodes import Span
from shared.policy.testing.distances import deciding, lacking
from shared.policy.testing.model import Case, Expectation, Nearest, Wanted
from shared.policy.testing.running import Day, actions_of
from shared.policy.testing.telling import Teller, distances
from shared.policy.testing.trial import Trial


@dataclass(frozen=True, slots=True)
class Failure:
    """One thing that is not as the test says. *details* are lines that help to find out why."""

    span: Span
    message: str
    details: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comparison:
    """Compares the days of one case with its points."""

    trial: Trial
    teller: Teller
    complete: bool

    @property
    def bundle(self) -> Bundle:
        """What was tested."""
        return self.trial.program.bundle

    @property
    def rules(self) -> Mapping[str, RuleDef]:
        """The rules that were judged, by id."""
        return {rule.id: rule for policy in self.bundle.policies for rule in policy.rules}

    def failures(self, case: Case, days: Iterable[Day]) -> Iterator[Failure]:
        """Yield everything in which *days* differ from what *case* expects."""
        for day in days:
            expect = day.point.expect
            if expect is None:
                continue
            if self.complete and expect.speaks_of_actions:
                yield from self._between(day, expect)
            yield from self._actions(day, expect)
            yield from self._because(day, expect)
            yield from self._reason(day, expect)
            yield from self._held(day, expect)
            if expect.nearest is not None:
                yield from self._nearest(day, expect.nearest)

    def _between(self, day: Day, expect: Expectation) -> Iterator[Failure]:
        for decision in day.between:
            for action in actions_of(decision):
                message = f"{action} came already {self.teller.when(decision, day)}, before this point"
                yield Failure(expect.span, message, self.teller.reasons(decision))

    def _actions(self, day: Day, expect: Expectation) -> Iterator[Failure]:
        if not expect.speaks_of_actions:
            return
        got = [(action, decision) for decision in day.decisions for action in actions_of(decision)]
        unmet = Counter(expect.actions)
        for action, decision in got:
            if unmet[action]:
                unmet[action] -= 1
            elif self.complete or expect.nothing:
                message = f"got {action}, which the test does not expect"
                yield Failure(expect.span, message, self.teller.reasons(decision))
        told = ", ".join(str(action) for action, _ in got) or "nothing"
        for wanted in expect.actions:
            if unmet[wanted]:
                unmet[wanted] -= 1
                yield Failure(wanted.span, f"expected {wanted}, got {told}", self._why_not(wanted, day))

    def _why_not(self, wanted: Wanted, day: Day) -> tuple[str, ...]:
        """How the rules that order *wanted* read."""
        lines: list[str] = []
        for rule in self.rules.values():
            if self.teller.orders(rule, wanted) and rule.policy in day.situations:
                lines += self.teller.reading(rule, day.situations[rule.policy], day.relationship)
        return tuple(lines)

    def _fired(self, day: Day) -> list[DecisionRecord]:
        return [decision for decision in day.decisions if decision.outcome in ("fired", "resolved")]

    def _because(self, day: Day, expect: Expectation) -> Iterator[Failure]:
        fired = self._fired(day)
        if not fired and expect.actions:
            return  # that is told already
        facts = frozenset(name for each in fired for name in self._counted(each))
        for named in expect.because:
            if named.text not in facts:
                counted = ", ".join(sorted(facts)) or "nothing, since no rule acted"
                yield Failure(named.span, f"{named.text} did not count; what counted: {counted}")

    def _counted(self, decision: DecisionRecord) -> frozenset[str]:
        rule = self.rules.get(decision.rule)
        if rule is None:
            return frozenset()
        ended = decision.outcome == "resolved" and rule.clear_when is not None
        return deciding(rule.clear_when if ended and rule.clear_when else rule.when, decision.leaves)

    def _reason(self, day: Day, expect: Expectation) -> Iterator[Failure]:
        for language, words in expect.reason.items():
            said = [in_language(decision.reason, language) for decision in self._fired(day)]
            if words not in said:
                got = "; ".join(f'"{text}"' for text in said) or "no rule acted"
                yield Failure(expect.span, f'expected the reason "{words}", got {got}')

    def _held(self, day: Day, expect: Expectation) -> Iterator[Failure]:
        if expect.held is None:
            return
        wanted = {named.text: named.span for named in expect.held}
        told = ", ".join(day.held) or "none"
        for name, span in wanted.items():
            if name not in day.held:
                yield Failure(span, f"the cap does not hold a contact of {name}; it holds {told}")
        for name in dict.fromkeys(day.held):
            if name not in wanted:
                yield Failure(
                    expect.span, f"the cap holds a contact of {name}, which the test does not expect"
                )

    def _nearest(self, day: Day, nearest: Nearest) -> Iterator[Failure]:
        rule = self.rules.get(nearest.rule)
        situation = day.situations.get(rule.policy) if rule else None
        if rule is None or situation is None:
            yield Failure(nearest.span, f"{nearest.rule} was not judged on this day")
            return
        reading = self.teller.reading(rule, situation, day.relationship)
        if truth(rule.when, situation) is True:
            yield Failure(nearest.span, f"{rule.id} lacks nothing: its condition holds", reading)
            return
        lacks = lacking(rule.when, situation, self.bundle)
        if dict(lacks) != dict(nearest.missing):
            told, expected = distances(lacks), distances(nearest.missing)
            yield Failure(nearest.span, f"{rule.id} lacks {told}, not {expected}", reading)
