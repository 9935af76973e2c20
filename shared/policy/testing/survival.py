"""Which mutants of a policy its tests let live.

Pure. Each mutant is run only by the suites that judge its policy, until one test fails; the test that
killed the last one is asked first, because it often kills the next.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from shared.customer.assess import CustomerModel
from shared.model.rules import Bundle
from shared.policy.engine.registry import engine_named
from shared.policy.testing.comparing import Comparison
from shared.policy.testing.model import Case, Suite
from shared.policy.testing.mutating import Mutant, mutants_of
from shared.policy.testing.proofs import Proofs
from shared.policy.testing.running import run_case
from shared.policy.testing.telling import Teller
from shared.policy.testing.trial import Trial

ENGINE = "python"


@dataclass(frozen=True, slots=True)
class Survival:
    """One mutant, and the first test that failed because of it, if any did."""

    mutant: Mutant
    killer: str
    harmless: bool = False  # proved to change nothing, so that no test can notice

    @property
    def survived(self) -> bool:
        """Whether no test noticed what one could have noticed."""
        return not self.killer and not self.harmless


def mutants_in(bundle: Bundle, policies: Iterable[str]) -> list[Mutant]:
    """Every mutant of the named policies, in the order of their rules."""
    wanted = set(policies)
    return [each for policy in bundle.policies if policy.id in wanted for each in mutants_of(policy, bundle)]


@dataclass(slots=True)
class Hunt:
    """Runs mutants against the suites of one bundle."""

    bundle: Bundle
    suites: Sequence[Suite]
    _model: CustomerModel = field(init=False)
    _order: dict[str, list[tuple[Suite, Case]]] = field(default_factory=dict)

    _proofs: Proofs = field(init=False)

    def __post_init__(self) -> None:
        self._model = CustomerModel.compile(self.bundle.catalogue)
        self._proofs = Proofs(self.bundle)

    def run(
        self, mutants: Iterable[Mutant], progress: Callable[[], None] = lambda: None
    ) -> Iterator[Survival]:
        """Try to kill each of *mutants*."""
        for mutant in mutants:
            killer = self._kill(mutant)
            yield Survival(mutant, killer, harmless=not killer and self._proofs.changes_nothing(mutant))
            progress()

    def _cases(self, policy: str) -> list[tuple[Suite, Case]]:
        if policy not in self._order:
            touching = (suite for suite in self.suites if not suite.policies or policy in suite.policies)
            self._order[policy] = [(suite, case) for suite in touching for case in suite.cases]
        return self._order[policy]

    def _kill(self, mutant: Mutant) -> str:
        bundle = mutant.within(self.bundle)
        cases = self._cases(mutant.rule.policy)
        trials: dict[tuple[str, ...], Trial] = {}
        try:
            for at, (suite, case) in enumerate(cases):
                if suite.policies not in trials:
                    engine = engine_named(ENGINE)
                    trials[suite.policies] = Trial.of(bundle, suite.policies, engine, model=self._model)
                if _fails(case, suite, trials[suite.policies]):
                    cases.insert(0, cases.pop(at))
                    return case.name
        finally:
            for trial in trials.values():
                trial.close()
        return ""


def _fails(case: Case, suite: Suite, trial: Trial) -> bool:
    comparison = Comparison(trial, Teller(trial.program.bundle), suite.is_complete)
    return next(comparison.failures(case, run_case(case, suite, trial)), None) is not None
