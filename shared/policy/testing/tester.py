"""Run all tests of a bundle on every engine and report what came of them.

Pure, but for the engines' matchers, which are freed at the end.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, fields

from shared.contracts.decision import DecisionRecord
from shared.customer.assess import CustomerModel
from shared.model.rules import Bundle
from shared.policy.engine.registry import engine_named
from shared.policy.engine.truth import Situation
from shared.policy.release import Sources
from shared.policy.testing.comparing import Comparison, Failure
from shared.policy.testing.coverage import Coverage
from shared.policy.testing.model import Case, Suite
from shared.policy.testing.places import places_in
from shared.policy.testing.reading import read_suites
from shared.policy.testing.report import Report, Result, digest_of
from shared.policy.testing.running import Day, run_case
from shared.policy.testing.telling import Teller
from shared.policy.testing.trial import Trial

BOTH = ("python", "durable")
_OF_ENGINE = frozenset({"engine", "agreed"})
Progress = Callable[[], None]


def run_bundle_tests(
    bundle: Bundle,
    tests: Sources,
    *,
    engines: Sequence[str] = BOTH,
    chosen: Callable[[Suite], bool] = lambda suite: True,
    rules: Sources | None = None,
    progress: Progress = lambda: None,
) -> Report:
    """Run the *chosen* suites among *tests* against *bundle*; engines that disagree fail the test.

    With *rules*, the files that *bundle* was built from, coverage says where each condition stands.
    """
    suites, problems = read_suites(tests, bundle)
    coverage = Coverage.of(bundle, places_in(rules) if rules else {})
    with Tester(bundle, tuple(engines), coverage) as tester:
        results = tuple(tester.results(filter(chosen, suites), progress))
    return Report(bundle.digest, digest_of(tests), tuple(engines), results, tuple(problems), coverage)


@dataclass(slots=True)
class Tester:
    """Keeps the compiled trials, one per set of policies and engine."""

    bundle: Bundle
    engines: tuple[str, ...]
    coverage: Coverage
    _trials: dict[tuple[tuple[str, ...], str], Trial] = field(default_factory=dict)
    _open: ExitStack = field(default_factory=ExitStack)
    _model: CustomerModel = field(init=False)

    def __post_init__(self) -> None:
        self._model = CustomerModel.compile(self.bundle.catalogue)

    def __enter__(self) -> "Tester":
        return self

    def __exit__(self, *raised: object) -> None:
        self._open.close()

    def results(self, suites: Iterable[Suite], progress: Progress) -> Iterator[Result]:
        """Run every case of *suites*."""
        for suite in suites:
            for case in suite.cases:
                yield self.run(case, suite)
                progress()

    def run(self, case: Case, suite: Suite) -> Result:
        """Run one case on every engine; the first one's days are compared with what is expected."""
        lives = [run_case(case, suite, self._trial(suite.policies, engine)) for engine in self.engines]
        trial = self._trial(suite.policies, self.engines[0])
        comparison = Comparison(trial, Teller(trial.program.bundle), suite.is_complete)
        failures = list(comparison.failures(case, lives[0]))
        for engine, other in zip(self.engines[1:], lives[1:], strict=True):
            failures += _disagreements(lives[0], other, (self.engines[0], engine))
        decisions = (decision for day in lives[0] for decision in (*day.between, *day.decisions))
        self.coverage.fired.update(each.rule for each in decisions if each.outcome == "fired")
        return Result(suite, case, tuple(failures))

    def _trial(self, policies: tuple[str, ...], engine: str) -> Trial:
        key = (policies, engine)
        if key not in self._trials:
            made = engine_named(engine)
            watch = self.coverage.watch if engine == self.engines[0] else _ignore
            trial = Trial.of(self.bundle, policies, made, model=self._model, watch=watch)
            self._open.callback(trial.close)
            self._trials[key] = trial
        return self._trials[key]


def _ignore(policy: str, situation: Situation) -> None:
    """One engine's looks are enough: the facts are the same."""


def _disagreements(one: Sequence[Day], other: Sequence[Day], engines: tuple[str, str]) -> Iterator[Failure]:
    """Yield a failure for each day on which two engines decided differently."""
    for left, right in zip(one, other, strict=True):
        told = [[_projected(each) for each in (*day.between, *day.decisions)] for day in (left, right)]
        if told[0] != told[1]:
            span = left.point.expect.span if left.point.expect else left.point.span
            names = [[each["rule"] for each in decisions] for decisions in told]
            yield Failure(
                span,
                f"the engines disagree: {engines[0]} decides by {names[0]}, {engines[1]} by {names[1]}",
                ("this is a fault of Guanxi, not of your rules: please report it with this test",),
            )


def _projected(decision: DecisionRecord) -> dict[str, object]:
    """A decision without what names the engine."""
    names = (item.name for item in fields(decision) if item.name not in _OF_ENGINE)
    return {name: getattr(decision, name) for name in names}
