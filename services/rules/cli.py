"""`guanxi rules`: check, format, show and test rule files, and write the schemas that editors complete from.

Works on files alone; no service has to run. Exit codes: 0 valid, 1 invalid, 2 misuse,
3 warnings under --strict.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
import orjson

from services.cli.json_output import print_json
from services.rules.checking_cli import check
from services.rules.testing_cli import test
from shared.model.rules import Bundle, PolicyDef, RuleDef
from shared.model.values import in_language
from shared.policy.formatting import UnformattableError, format_text
from shared.policy.problems import Problem, to_human
from shared.policy.release import build, load_directory
from shared.policy.schema import schemas, settable_facts
from shared.policy.suggest import did_you_mean
from shared.policy.testing.files import load_tests
from shared.policy.testing.schema import suite_schema
from shared.policy.views import fact_row, rule_row
from shared.policy.words import Speaker

INVALID, MISUSED, WARNED = 1, 2, 3

_path = click.argument(
    "path",
    default="rules",
    envvar="GUANXI_RULES",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
_rules = click.option(
    "--rules",
    "path",
    metavar="DIR",
    default="rules",
    envvar="GUANXI_RULES",
    show_default=True,
    help="Rule files (GUANXI_RULES).",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
)
_language = click.option(
    "--language",
    type=click.Choice(["en", "zh"]),
    default="en",
    show_default=True,
    help="Language of the words.",
)


@click.group()
def rules() -> None:
    """Check, format, show and test the rule files."""


rules.add_command(check)
rules.add_command(test)


def _counted(amount: int, what: str) -> str:
    plural = f"{what[:-1]}ies" if what.endswith("y") else f"{what}s"
    return f"{amount} {what if amount == 1 else plural}"


@rules.command()
@_path
@click.option(
    "--check", "only_check", is_flag=True, help="Change nothing; exit with 1 when a file would change."
)
@click.option(
    "--language", type=click.Choice(["en", "zh"]), help="Also write the phrases of all conditions in it."
)
def fmt(path: Path, only_check: bool, language: str | None) -> None:
    """Bring rule files and tests into one layout, comments kept."""
    sources = load_directory(path)
    files = {**sources.files, **load_tests(path).files}
    bundle = build(sources).bundle
    if language and bundle is None:
        raise click.ClickException(
            "phrases can only be rewritten in valid rule files: run `guanxi rules check`"
        )
    changed, failed = 0, 0
    for name, text in sorted(files.items()):
        try:
            formatted = format_text(text, bundle.facts if bundle else None, language)
        except UnformattableError as error:
            click.echo(f"{sources.shown(name)}:{error}", err=True)
            failed += 1
            continue
        if formatted != text:
            changed += 1
            click.echo(f"{'would change' if only_check else 'changed'} {sources.shown(name)}")
            if not only_check:
                (path / name).write_text(formatted, encoding="utf-8")
    click.echo(f"{_counted(len(files), 'file')}, {changed} {'to change' if only_check else 'changed'}")
    sys.exit(INVALID if failed or (only_check and changed) else 0)


@rules.command()
@_rules
def schema(path: Path) -> None:
    """Write JSON Schemas for editors into schema/ beside the rule files."""
    bundle = _built(path)
    folder = path / "schema"
    folder.mkdir(exist_ok=True)
    for name, text in schema_files(bundle).items():
        (folder / name).write_text(text, encoding="utf-8")
        click.echo(f"wrote {(folder / name).as_posix()}")


def schema_files(bundle: Bundle) -> dict[str, str]:
    """The schema files of *bundle* by name."""
    made = {**schemas(bundle, settable_facts(bundle)), "test": suite_schema(bundle)}
    option = orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    return {f"{name}.json": orjson.dumps(made[name], option=option).decode() for name in sorted(made)}


@rules.command()
@click.argument("what", default="rules")
@_rules
@_language
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
def show(what: str, path: Path, language: str, as_json: bool) -> None:
    """Show `facts`, `rules`, a policy or one rule in readable words.

    WHAT is facts, rules, the name of a policy, or a rule's id.
    """
    bundle = _built(path)
    if what == "facts":
        _show_facts(bundle, language, as_json)
    elif what == "rules":
        _show_overview(bundle, language, as_json)
    else:
        _show_rules(bundle, what, language, as_json)


def _built(path: Path) -> Bundle:
    sources = load_directory(path)
    result = build(sources)
    if result.bundle is None:
        errors: list[Problem] = [problem for problem in result.problems if problem.severity == "error"]
        click.echo(to_human(errors, sources.texts), err=True)
        sys.exit(INVALID)
    return result.bundle


def _show_facts(bundle: Bundle, language: str, as_json: bool) -> None:
    rows = [
        fact_row(fact)
        for fact in sorted(bundle.facts.values(), key=lambda fact: (fact.source.value, fact.name))
    ]
    if as_json:
        print_json(rows)
        return
    width = max(len(row["name"]) for row in rows)
    source = ""
    for row in rows:
        if row["source"] != source:
            source = row["source"]
            click.secho(f"\n{source}", bold=True)
        choices = f"  [{', '.join(row['choices'])}]" if row["choices"] else ""
        click.echo(
            f"  {row['name']:<{width}}  {row['type']:<9}  {in_language(row['title'], language)}{choices}"
        )


def _show_overview(bundle: Bundle, language: str, as_json: bool) -> None:
    if as_json:
        print_json([rule_row(rule) for policy in bundle.policies for rule in policy.rules])
        return
    width = max(len(rule.id) for policy in bundle.policies for rule in policy.rules)
    for policy in bundle.policies:
        click.secho(f"\n{policy.id}", bold=True, nl=False)
        click.echo(f"  ({policy.owner})" if policy.owner else "")
        for rule in policy.rules:
            click.echo(f"  {rule.id:<{width}}  {in_language(rule.title, language)}")


def _show_rules(bundle: Bundle, what: str, language: str, as_json: bool) -> None:
    found = list(_named(bundle, what))
    if not found:
        names = ["facts", "rules", *(policy.id for policy in bundle.policies)]
        names += [rule.id for policy in bundle.policies for rule in policy.rules]
        hint = did_you_mean(what, names)
        raise click.UsageError(f'there is no policy or rule "{what}"{f"; {hint}" if hint else ""}')
    if as_json:
        print_json([rule_row(rule) for rule in found])
        return
    speaker = Speaker(bundle, language)
    click.echo("\n\n".join("\n".join(speaker.rule(rule)) for rule in found))


def _named(bundle: Bundle, what: str) -> Iterator[RuleDef]:
    policy: PolicyDef
    for policy in bundle.policies:
        for rule in policy.rules:
            if what in (policy.id, rule.id):
                yield rule
