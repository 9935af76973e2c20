"""`guanxi rules`: what it prints and how it exits."""

import shutil
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from services.rules.cli import rules
from shared.policy.words import Speaker
from tests.language.bundles import RULES, default_bundle

SMALL = Path(__file__).parent / "small"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    folder = tmp_path / "rules"
    shutil.copytree(SMALL, folder)
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(rules, [str(argument) for argument in arguments])


def edit(folder: Path, path: str, before: str, after: str) -> None:
    file = folder / path
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_valid_files_exit_with_0_and_tell_their_digest(copy: Path) -> None:
    result = run("check", copy)

    assert result.exit_code == 0
    assert "is valid" in result.output
    assert "digest " in result.output


def test_invalid_files_exit_with_1_and_show_the_line(copy: Path) -> None:
    edit(copy, "policies/membership.yaml", "- tier: is core", "- teir: is core")

    result = run("check", copy)

    assert result.exit_code == 1
    assert 'E203 unknown fact "teir"' in result.output
    assert "        - teir: is core" in result.output
    assert 'did you mean "tier" (Tier)?' in result.output


def test_a_directory_that_is_not_there_is_misuse() -> None:
    assert run("check", "no/such/rules").exit_code == 2


def test_warnings_exit_with_3_only_when_strict(copy: Path) -> None:
    edit(copy, "policies/membership.yaml", "priority: 20", "effective: {until: 2010-01-31}")

    assert run("check", copy).exit_code == 0
    assert run("check", copy, "--strict").exit_code == 3


def test_json_and_github_name_the_same_problem(copy: Path) -> None:
    edit(copy, "tiers.yaml", "  core:", "  Core:")

    as_json = run("check", copy, "--format", "json")
    as_github = run("check", copy, "--format", "github")

    first = orjson.loads(as_json.output)[0]
    assert first["severity"] == "error"
    assert f"line={first['line']},col={first['column']},title={first['code']}::" in as_github.output
    assert as_github.output.startswith("::error file=")


def test_formatting_writes_what_would_change_and_then_nothing_more(copy: Path) -> None:
    edit(copy, "tiers.yaml", "  core:", "\n\n\n  core:")

    assert run("fmt", copy, "--check").exit_code == 1
    assert "tiers.yaml" in run("fmt", copy).output
    assert run("fmt", copy, "--check").exit_code == 0


def test_formatting_in_chinese_leaves_valid_files(copy: Path) -> None:
    assert run("fmt", copy, "--language", "zh").exit_code == 0

    assert "至少" in (copy / "policies" / "membership.yaml").read_text(encoding="utf-8")
    assert run("check", copy, "--strict").exit_code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("facts",), "Net spend in the last 365 days"),
        (("facts", "--language", "zh"), "近一年净消费"),
        (("rules",), "promote-core"),
        (("membership",), "demote-core"),
        (("promote-core",), "Net spend in the last 365 days (net_spend_365d)  at least 2000 GBP"),
        (("promote-core", "--language", "zh"), "近一年净消费 (net_spend_365d)  至少 2000 英镑"),
        (("care-contact", "--language", "zh"), "important · high → 14 天"),
    ],
)
def test_rules_and_facts_are_shown_in_words(arguments: tuple[str, ...], said: str) -> None:
    result = run("show", *arguments, "--rules", RULES)

    assert result.exit_code == 0
    assert said in result.output


@pytest.mark.parametrize("what", ["facts", "rules", "promote-core"])
def test_everything_shown_is_also_there_as_json(what: str) -> None:
    assert orjson.loads(run("show", what, "--rules", RULES, "--json").output)


def test_an_unknown_rule_is_misuse_with_a_suggestion() -> None:
    result = run("show", "promote-cor", "--rules", RULES)

    assert result.exit_code == 2
    assert 'did you mean "promote-core"?' in result.output


def test_every_rule_can_be_said_in_both_languages() -> None:
    for language in ("en", "zh"):
        speaker = Speaker(default_bundle(), language)
        for policy in default_bundle().policies:
            for rule in policy.rules:
                assert speaker.rule(rule)[0].startswith(rule.id)


def test_schemas_are_written_beside_the_rules(copy: Path) -> None:
    assert run("schema", "--rules", copy).exit_code == 0

    assert sorted(path.name for path in (copy / "schema").iterdir()) == sorted(
        path.name for path in (RULES / "schema").iterdir()
    )
