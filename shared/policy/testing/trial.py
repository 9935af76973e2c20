"""The rules of a test, made ready to run: some policies of a bundle, and what they look at on the way.

Pure, but for the engine's matchers, which `close` frees. Rollout shares, holdouts and budgets are left out:
they say how many customers a rule touches, a test asks what it does.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from shared.customer.assess import CustomerModel
from shared.customer.local_time import LocalTime
from shared.model.rules import Bundle, PolicyDef, RolloutMode, RuleDef
from shared.model.values import FactValue
from shared.policy.engine.port import Engine
from shared.policy.engine.truth import Situation
from shared.policy.evaluation.looking import Sight
from shared.policy.evaluation.program import Policy, Program
from shared.policy.evaluation.verdicts import Verdicts

Watch = Callable[[str, Situation], None]
"""Told by policy what each judgement looks at."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One engine's program of a bundle's policies, and the customers' model that goes with them."""

    program: Program
    model: CustomerModel
    local_time: LocalTime
    seen: dict[str, Situation]
    """By policy, what its last judgement looked at."""

    @classmethod
    def of(
        cls,
        bundle: Bundle,
        policies: tuple[str, ...],
        engine: Engine,
        *,
        model: CustomerModel | None = None,
        watch: Watch = lambda policy, situation: None,
    ) -> "Trial":
        """Compile the named *policies* of *bundle*, all when none is named; *watch* is told what they see."""
        program = Program.compile(narrowed(bundle, policies), engine)
        catalogue = bundle.catalogue
        model = model or CustomerModel.compile(catalogue)
        seen: dict[str, Situation] = {}

        def note(policy: str, situation: Situation) -> None:
            seen[policy] = situation
            watch(policy, situation)

        watched = tuple(_watched(policy, bundle, note) for policy in program.policies)
        return cls(replace(program, policies=watched), model, LocalTime(catalogue.timezone), seen)

    def close(self) -> None:
        """Free the engine's matchers."""
        self.program.close()


def narrowed(bundle: Bundle, policies: tuple[str, ...]) -> Bundle:
    """*bundle* with only the named policies, every rule on for every customer."""
    kept = tuple(policy for policy in bundle.policies if not policies or policy.id in policies)
    return replace(bundle, policies=tuple(map(_for_everybody, kept)))


def _for_everybody(policy: PolicyDef) -> PolicyDef:
    return replace(policy, rules=tuple(map(_unlimited, policy.rules)))


def _unlimited(rule: RuleDef) -> RuleDef:
    mode = RolloutMode.LIVE if rule.rollout is RolloutMode.PERCENT else rule.rollout
    return replace(rule, rollout=mode, holdout_percent=0.0, budget=None)


class _Watching:
    """A policy's verdicts, told to somebody as they are asked for."""

    def __init__(self, policy: Policy, bundle: Bundle, watch: Watch) -> None:
        self._policy, self._bundle, self._watch = policy.id, bundle, watch
        self._inner = policy.verdicts

    def of(
        self,
        seen: Sight,
        facts: Mapping[str, FactValue],
        previous: Mapping[str, FactValue],
        day: int,
        turn: int | None,
    ) -> Verdicts:
        """See `Answers.of`."""
        table, calendars = self._bundle.facts, self._bundle.catalogue.calendars
        self._watch(self._policy, Situation(dict(facts), dict(previous), day, table, calendars))
        return self._inner.of(seen, facts, previous, day, turn)


def _watched(policy: Policy, bundle: Bundle, watch: Watch) -> Policy:
    return replace(policy, verdicts=_Watching(policy, bundle, watch))
