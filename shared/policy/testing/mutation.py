"""How well tests guard a policy: small slips are made in its rules, and those that no test notices listed.

Pure. Only policies that some suite judges are changed, unless they are named.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from shared.model.rules import Bundle
from shared.policy.release import Sources
from shared.policy.testing.model import Suite
from shared.policy.testing.mutating import Mutant
from shared.policy.testing.places import Places
from shared.policy.testing.reading import read_suites
from shared.policy.testing.survival import Hunt, Survival, mutants_in

Progress = Callable[[int, int], None]
"""Told how many are done of how many."""


@dataclass(frozen=True, slots=True)
class Mutation:
    """Every slip that was made, by policy, and whether a test noticed it."""

    policies: tuple[str, ...]
    found: tuple[Survival, ...]

    @property
    def living(self) -> list[Mutant]:
        """The slips that no test noticed."""
        return [each.mutant for each in self.found if each.survived]

    def countable(self, policy: str = "") -> list[Survival]:
        """The slips in *policy*, or in all, that make a difference."""
        return [e for e in self.found if not e.harmless and policy in ("", e.mutant.rule.policy)]

    def to_json(self, places: Places) -> dict[str, Any]:
        """The outcome as JSON values."""
        return {
            "policies": list(self.policies),
            "slips": len(self.countable()),
            "noticed": len(self.countable()) - len(self.living),
            "survivors": [_row(mutant, places) for mutant in self.living],
        }


def _row(mutant: Mutant, places: Places) -> dict[str, Any]:
    span = places.get((mutant.rule.id, mutant.key, mutant.number)) or places.get((mutant.rule.id, "id", 0))
    place = {"file": span.file, "line": span.line, "column": span.column} if span else {}
    return {"policy": mutant.rule.policy, "rule": mutant.rule.id, "slip": mutant.what, **place}


def mutate(
    bundle: Bundle,
    tests: Sources,
    *,
    policies: Collection[str] = (),
    chosen: Callable[[Suite], bool] = lambda suite: True,
    progress: Progress = lambda done, total: None,
) -> Mutation:
    """Make every slip in *policies* and run the *chosen* suites that judge them. The tests must pass."""
    suites, _ = read_suites(tests, bundle)
    kept = [suite for suite in suites if chosen(suite)]
    wanted = tuple(
        policy.id for policy in bundle.policies if policy.id in (policies or judged_by(kept, bundle))
    )
    mutants = mutants_in(bundle, wanted)
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        progress(done, len(mutants))

    return Mutation(wanted, tuple(Hunt(bundle, kept).run(mutants, step)))


def judged_by(suites: Collection[Suite], bundle: Bundle) -> frozenset[str]:
    """The policies that some of *suites* judges."""
    everything = [policy.id for policy in bundle.policies]
    return frozenset(name for suite in suites for name in (suite.policies or everything))
