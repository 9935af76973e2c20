"""What `guanxi rules test` prints: for people, as JSON or JUnit XML; progress goes to the error channel."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from shared.policy.problems import to_human
from shared.policy.testing.files import FOLDER
from shared.policy.testing.human import coverage_lines, report_lines, survival_lines
from shared.policy.testing.junit import to_junit
from shared.policy.testing.outcome import Outcome
from shared.policy.testing.places import places_in


def tell(outcome: Outcome, style: str, *, coverage: bool) -> None:
    """Print *outcome*."""
    if style == "junit":
        click.echo(to_junit(outcome.report), nl=False)
    elif style == "json":
        click.echo(orjson.dumps(outcome.to_json(coverage=coverage), option=orjson.OPT_INDENT_2).decode())
    else:
        _tell_people(outcome, coverage=coverage)


def _tell_people(outcome: Outcome, *, coverage: bool) -> None:
    report = outcome.report
    if report.problems:
        click.echo(to_human(report.problems, outcome.tests.texts) + "\n")
    if not report.results and not report.problems:
        click.echo(f"no test was run: there is none in {outcome.tests.shown(FOLDER)}, or none was chosen")
    for line in report_lines(report):
        click.secho(line, fg=_colour(line))
    if coverage and report.coverage is not None:
        click.echo("\n".join(coverage_lines(report.coverage, outcome.policies)))
    if outcome.mutation is not None:
        for line in survival_lines(outcome.mutation, places_in(outcome.rules)):
            click.secho(line, fg=_colour(line))
        if outcome.mutation.living and not outcome.suggestions:
            click.echo("`--suggest` beside `--mutate` writes tests that would notice them.")
    for suggestion in outcome.suggestions:
        click.echo(
            f"\n# {outcome.tests.shown(suggestion.file)}  {suggestion.closes}\n{suggestion.text}", nl=False
        )


def _colour(line: str) -> str | None:
    return {"✓": "green", "✗": "red"}.get(line.lstrip()[:1])


@contextmanager
def progress(doing: str) -> Iterator[Callable[[int, int], None]]:
    """A progress bar for a person who watches; nothing where nobody does."""
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    with Progress(
        *columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
