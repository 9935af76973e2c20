"""`guanxi rules check`: every problem of the rule files, in words, as JSON, for GitHub, or as tests.

Works on files alone; only `--store` looks into an installation, for rules that never fire.
"""

import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import click

from services.rules.firings import idle_rules
from shared.clock import SystemClock
from shared.policy.checks.as_tests import suites
from shared.policy.problems import Problem, to_github, to_human, to_json
from shared.policy.release import BuildResult, Sources, build, load_directory
from shared.policy.testing.checking import with_tests
from shared.policy.testing.files import load_tests
from shared.store.collections import DECISIONS
from shared.store.open import open_store

INVALID, WARNED = 1, 3
_SAID = {
    "en": {
        "invalid": "{root} is not valid: {errors}, {warnings}",
        "valid": "{root} is valid: {rules} in {policies}{more}",
        "digest": "digest {digest}",
    },
    "zh": {
        "invalid": "{root} 无效：{errors} 个错误，{warnings} 个警告",
        "valid": "{root} 有效：{policies} 个策略，共 {rules} 条规则{more}",
        "digest": "摘要 {digest}",
    },
}


@click.command("check")
@click.argument(
    "path",
    default="rules",
    envvar="GUANXI_RULES",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
@click.option(
    "--format", "style", type=click.Choice(["human", "json", "github"]), default="human", show_default=True
)
@click.option("--strict", is_flag=True, help="Exit with 3 when there are warnings.")
@click.option("--suggest", is_flag=True, help="Print the customers that findings show as tests, for tests/.")
@click.option(
    "--store", "store_url", metavar="URL", help="Also look there for rules that have not fired in 90 days."
)
@click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Language of the words.",
)
def check(
    path: Path, *, style: str, strict: bool, suggest: bool, store_url: str | None, language: str
) -> None:
    """Find every problem of every rule file and test, with its place and what to write instead."""
    sources, tests = load_directory(path), load_tests(path)
    result = with_tests(build(sources, today=SystemClock().now().toordinal()), tests)
    if store_url and result.bundle is not None:
        result = replace(result, problems=[*result.problems, *_idle(result, sources, store_url)])
    if suggest:
        click.echo(suites(result.problems, SystemClock().now().date().isoformat()), nl=False)
    elif style == "human":
        _tell_people(result, sources.root, {**sources.texts, **tests.texts}, language)
    else:
        told = {"json": to_json, "github": to_github}[style](result.problems)
        click.echo(told, nl=bool(result.problems) or style == "json")
    sys.exit(_exit_code(result, strict))


def _idle(result: BuildResult, sources: Sources, url: str) -> list[Problem]:
    assert result.bundle is not None
    store = open_store(url)
    try:
        return idle_rules(result.bundle, sources, store.collection(DECISIONS))
    finally:
        store.close()


def _exit_code(result: BuildResult, strict: bool) -> int:
    if result.bundle is None:
        return INVALID
    return WARNED if strict and result.problems else 0


def _tell_people(result: BuildResult, root: str, texts: Mapping[str, str], language: str) -> None:
    said, counted = _SAID[language], _counted if language == "en" else _number
    if result.problems:
        click.echo(to_human(result.problems, texts, language) + "\n")
    errors = sum(problem.severity == "error" for problem in result.problems)
    warnings = counted(len(result.problems) - errors, "warning")
    if result.bundle is None:
        words = said["invalid"].format(root=root, errors=counted(errors, "error"), warnings=warnings)
        click.secho(words, fg="red")
        return
    policies = result.bundle.policies
    rules = counted(sum(len(policy.rules) for policy in policies), "rule")
    more = "" if not result.problems else (f", {warnings}" if language == "en" else f"，{warnings} 个警告")
    words = said["valid"].format(root=root, rules=rules, policies=counted(len(policies), "policy"), more=more)
    click.secho(words, fg="green")
    click.echo(said["digest"].format(digest=result.bundle.digest))


def _counted(amount: int, what: str) -> str:
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{amount} {what if amount == 1 else plural}"


def _number(amount: int, what: str) -> str:
    return str(amount)
