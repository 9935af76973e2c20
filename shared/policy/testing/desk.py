"""Where missing tests of one policy are written: drafts are tried until one shows what no test showed yet.

Pure, but for the engine's matchers, which `close` frees.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from shared.model.rules import Bundle
from shared.policy.engine.registry import engine_named
from shared.policy.release import Sources
from shared.policy.testing.certain import always_known
from shared.policy.testing.coverage import Coverage, LeafCover
from shared.policy.testing.drafting import Draft, Sketchbook
from shared.policy.testing.files import FOLDER, SUFFIX
from shared.policy.testing.model import Given, Suite, Wanted
from shared.policy.testing.mutating import Mutant
from shared.policy.testing.running import Day, actions_of, run_case
from shared.policy.testing.scenes import Scenes
from shared.policy.testing.survival import ENGINE
from shared.policy.testing.trial import Trial
from shared.policy.testing.writing import told, written

NOW = "2026-12-10"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One test: where it belongs, what it is for, and its text."""

    file: str  # path inside the bundle
    policy: str
    closes: str
    text: str


@dataclass(slots=True)
class Desk:
    """Where the tests of one policy are written."""

    bundle: Bundle
    policy: str
    file: str
    suite: Suite
    coverage: Coverage
    trial: Trial
    names: set[str]
    certain: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.certain = always_known(self.bundle)

    @classmethod
    def of(
        cls, bundle: Bundle, policy: str, suites: Sequence[Suite], tests: Sources, coverage: Coverage
    ) -> "Desk":
        """The suite with the fewest policies that judges this one, or a new one."""
        judging = [suite for suite in suites if policy in suite.policies]
        suite = min(judging, key=lambda each: len(each.policies), default=None)
        shown = {tests.shown(path): path for path in tests.files}
        if suite is None:
            now = suites[0].now if suites else f"{NOW}T09:00:00Z"
            suite = Suite(policy, f"{FOLDER}/{policy}{SUFFIX}", now, (policy,), ())
        trial = Trial.of(bundle, suite.policies, engine_named(ENGINE), watch=coverage.watch)
        names = {case.name for case in suite.cases}
        return cls(bundle, policy, shown.get(suite.file, suite.file), suite, coverage, trial, names)

    def close(self) -> None:
        """Free the engine's matchers."""
        self.trial.close()

    def against(self, mutants: Iterable[Mutant]) -> Iterator[Suggestion]:
        """Yield a test for each slip that one can be found for; one may notice several."""
        written_for: list[Draft] = []
        for mutant in mutants:
            trial = Trial.of(
                mutant.within(self.bundle), self.suite.policies, engine_named(ENGINE), model=self.trial.model
            )
            if not any(self._tells_apart(draft, trial) for draft in written_for):
                draft = self._best(self._drafts(mutant), partial(self._tells_apart, changed=trial))
                if draft is not None:
                    written_for.append(draft)
                    yield self._suggestion(draft, f"{mutant.rule.id}: {mutant.what}")
            trial.close()

    def _drafts(self, mutant: Mutant) -> Callable[[Scenes], Iterator[Draft]]:
        if mutant.key in ("when", "clear_when"):
            return lambda scenes: scenes.at_leaf(mutant.rule, mutant.key, mutant.number)
        return lambda scenes: scenes.of_rule(mutant.rule)

    def _tells_apart(self, draft: Draft, changed: Trial) -> bool:
        return _outcome(self._run(draft, self.trial)) != _outcome(self._run(draft, changed))

    def for_coverage(self) -> Iterator[Suggestion]:
        """Yield tests until no draft shows anything new."""
        for key, cover in self.coverage.leaves.items():
            if cover.rule.policy != self.policy:
                continue
            while cover.missing:
                draft = self._best(self._at(cover, key[2]), partial(self._shows, cover=cover))
                if draft is None:
                    break
                lacked = cover.missing
                days = self._run(draft, self.trial)
                closes = ", ".join(each for each in lacked if each not in cover.missing)
                yield self._suggestion(draft, f"{cover.rule.id}: {cover.text} seen {closes}", days)

    def _at(self, cover: LeafCover, number: int) -> Callable[[Scenes], Iterator[Draft]]:
        return lambda scenes: scenes.at_leaf(cover.rule, cover.part, number)

    def _shows(self, draft: Draft, cover: LeafCover) -> bool:
        """Whether *draft* lets *cover* be seen as it was not yet; what is seen meanwhile is forgotten."""
        fresh = Coverage.of(self.bundle, {})
        key = next(key for key, each in self.coverage.leaves.items() if each is cover)
        engine = engine_named(ENGINE)
        trial = Trial.of(self.bundle, self.suite.policies, engine, model=self.trial.model, watch=fresh.watch)
        self._run(draft, trial)
        trial.close()
        return bool(set(cover.missing) - set(fresh.leaves[key].missing))

    def _best(
        self, drafts: Callable[[Scenes], Iterator[Draft]], does: Callable[[Draft], bool]
    ) -> Draft | None:
        """The draft that *does*, with the fewest facts of its own, over all customers it may begin from."""
        found: list[Draft] = []
        today = self.trial.local_time.day_of(self.suite.now)
        rules = next(policy.rules for policy in self.bundle.policies if policy.id == self.policy)
        for name, given in (*self.suite.customers.items(), ("", Given())):
            scenes = Scenes(Sketchbook(self.bundle, name, given, today, self.certain), rules)
            first = next((draft for draft in drafts(scenes) if does(draft)), None)
            found += [first] if first else []
        return min(found, key=lambda draft: len(draft.given.facts), default=None)

    def _run(self, draft: Draft, trial: Trial) -> tuple[Day, ...]:
        return run_case(draft.case, self.suite, trial)

    def _suggestion(self, draft: Draft, closes: str, days: tuple[Day, ...] | None = None) -> Suggestion:
        days = days or self._run(draft, self.trial)
        name = self._name(draft)
        text = written(name, draft, days, self.bundle)
        return Suggestion(self.file, self.policy, closes, text)

    def _name(self, draft: Draft) -> str:
        base = name = f"{draft.case.name}, {told(draft, self.bundle)}"
        number = 1
        while name in self.names:
            number += 1
            name = f"{base} ({number})"
        self.names.add(name)
        return name


def _outcome(days: Iterable[Day]) -> list[list[tuple[int, tuple[Wanted, ...]]]]:
    """By point, the days and actions that tests can tell apart."""
    return [
        [(d.day, acts) for d in (*day.between, *day.decisions) if (acts := actions_of(d))] for day in days
    ]
