"""`guanxi rules test`: run the tests beside the rules, and find what they leave untested.

Works on files alone; no service has to run. Exit codes: 0 all is well, 1 a test fails, a file is invalid or a
slip goes unnoticed, 2 misuse.
"""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from services.rules.testing_display import progress, tell
from services.rules.testing_watch import watch_files
from shared.clock import SystemClock
from shared.model.rules import Bundle
from shared.policy.problems import to_human
from shared.policy.release import Sources, build, load_directory
from shared.policy.said import listed
from shared.policy.suggest import did_you_mean
from shared.policy.testing.desk import Suggestion
from shared.policy.testing.files import load_tests
from shared.policy.testing.model import Suite
from shared.policy.testing.mutation import Mutation, mutate
from shared.policy.testing.outcome import Outcome
from shared.policy.testing.suggesting import suggest, with_suggestions
from shared.policy.testing.tester import BOTH, run_bundle_tests

FAILED = 1
_ENGINES = {"both": BOTH, "python": ("python",), "durable": ("durable",)}


@dataclass(frozen=True, slots=True)
class Wishes:
    """What was asked for on the command line."""

    path: Path
    suite: str
    policies: tuple[str, ...]
    style: str
    coverage: bool
    suggest: bool
    write: bool
    mutate: bool
    engine: str

    def chosen(self, suite: Suite) -> bool:
        """Whether *suite* is to be run."""
        named = not self.suite or self.suite in suite.file or self.suite in suite.name
        judged = not self.policies or not suite.policies or bool(set(self.policies) & set(suite.policies))
        return named and judged


@click.command("test")
@click.argument(
    "path",
    default="rules",
    envvar="GUANXI_RULES",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option("--suite", default="", metavar="TEXT", help="Only suites whose file or name contains it.")
@click.option("--policy", "policies", multiple=True, help="Only suites that judge this policy.")
@click.option(
    "--format", "style", type=click.Choice(["human", "json", "junit"]), default="human", show_default=True
)
@click.option("--coverage", is_flag=True, help="Show what the tests have seen of every condition.")
@click.option("--suggest", is_flag=True, help="Write the tests that are missing, ready to be confirmed.")
@click.option("--write", is_flag=True, help="With --suggest: into the suites' files.")
@click.option("--mutate", is_flag=True, help="Make small slips in the rules; list those no test notices.")
@click.option("--watch", is_flag=True, help="Run again whenever a file changes.")
@click.option(
    "--engine", type=click.Choice([*_ENGINES]), default="both", show_default=True, help="Engines to run on."
)
def test(watch: bool, **asked: Any) -> None:
    """Run the tests in tests/*.test.yaml beside the rule files."""
    wishes = Wishes(**asked)
    if wishes.write and not wishes.suggest:
        raise click.UsageError("--write goes with --suggest")
    if wishes.style == "junit" and (wishes.mutate or wishes.suggest):
        raise click.UsageError("--format junit tells of tests only, not of --mutate or --suggest")
    if watch:
        watch_files(wishes.path, lambda: _run(wishes), SystemClock())
    sys.exit(_run(wishes))


def _run(wishes: Wishes) -> int:
    rules, tests = load_directory(wishes.path), load_tests(wishes.path)
    built = build(rules)
    if built.bundle is None:
        click.echo(to_human(built.problems, rules.texts), err=True)
        return FAILED
    bundle = built.bundle
    _check_policies(wishes, bundle)
    engines = _ENGINES[wishes.engine]
    report = run_bundle_tests(bundle, tests, engines=engines, chosen=wishes.chosen, rules=rules)
    mutation = _mutation(wishes, bundle, tests) if wishes.mutate and report.ok else None
    found = _suggestions(wishes, bundle, tests, mutation) if wishes.suggest and report.ok else ()
    tell(
        Outcome(report, mutation, found, rules, tests, wishes.policies),
        wishes.style,
        coverage=wishes.coverage,
    )
    if wishes.write:
        _write(found, wishes.path, tests)
    survived = mutation is not None and bool(mutation.living)
    return FAILED if not report.ok or survived else 0


def _check_policies(wishes: Wishes, bundle: Bundle) -> None:
    known = [policy.id for policy in bundle.policies]
    for name in wishes.policies:
        if name not in known:
            hint = did_you_mean(name, known) or f"there are {listed(known)}"
            raise click.UsageError(f'there is no policy "{name}"; {hint}')


def _mutation(wishes: Wishes, bundle: Bundle, tests: Sources) -> Mutation:
    with progress("Making slips in the rules") as step:
        return mutate(bundle, tests, policies=wishes.policies, chosen=wishes.chosen, progress=step)


def _suggestions(
    wishes: Wishes, bundle: Bundle, tests: Sources, mutation: Mutation | None
) -> Sequence[Suggestion]:
    with progress("Looking for tests") as step:
        return suggest(
            bundle,
            tests,
            policies=wishes.policies,
            chosen=wishes.chosen,
            mutation=mutation,
            progress=step,
        )


def _write(found: Sequence[Suggestion], path: Path, tests: Sources) -> None:
    for name, text in with_suggestions(tests, found).items():
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text(text, encoding="utf-8")
        click.echo(f"wrote {tests.shown(name)}: read what was suggested", err=True)
