"""`guanxi release` and `guanxi rule` on an installation in which nothing runs: words, JSON, exit codes."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from services.__main__ import cli
from services.cli.errors import tell
from shared.errors import GuanxiError
from shared.policy.release import load_directory
from shared.releases.people import SERVICE
from tests.unit.rules_service.conftest import PARTITIONS, Office, office_of

Run = Callable[..., Result]
MEMBERSHIP = "policies/membership.yaml"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path)
    opened.edit("policy.yaml", "order:", "activation: {mode: approved, needs: [check]}\norder:")
    digest = office_of(opened).propose(load_directory(opened.rules), SERVICE).release
    opened.releases.activate(digest, "first")
    opened.edit(MEMBERSHIP, "less than 60", "less than 61")
    yield opened
    opened.close()


@pytest.fixture
def run(office: Office) -> Run:
    environment = {
        "GUANXI_HOME": str(office.directory),
        "GUANXI_RULES": str(office.rules),
        "GUANXI_PARTITIONS": str(PARTITIONS),
    }

    def call(*words: str, **given: str) -> Result:
        return CliRunner().invoke(cli, list(words), env={**environment, **given})

    return call


def told(result: Result) -> Any:
    assert result.exception is None, result.exception
    return json.loads(result.output)


def code(result: Result) -> tuple[str, int]:
    assert isinstance(result.exception, GuanxiError)
    return result.exception.code, tell(result.exception)


def key(run: Run, name: str, *scopes: str) -> str:
    options = [word for scope in scopes for word in ("--scope", scope)]
    return str(told(run("keys", "create", name, *options, "--json"))["key"])


def test_a_release_is_proposed_proved_approved_activated_and_rolled_back(
    run: Run, office: Office, tmp_path: Path
) -> None:
    first = office.releases.active().digest
    proposed = told(run("release", "propose", "--json"))
    digest = proposed["release"][:12]
    assert (proposed["stage"], proposed["missing"]) == ("draft", ["check", "dry-run", "approval"])
    assert told(run("release", "evidence", digest, "--json"))["missing"] == ["approval"]
    assert code(run("release", "activate", digest)) == ("release-incomplete", 1)
    assert code(run("release", "approve", digest)) == ("role-missing", 1)

    file = tmp_path / "bao.key"
    file.write_text(key(run, "bao", "approver"))
    assert told(run("release", "approve", digest, "--key-file", str(file), "--json"))["approved_by"] == [
        "bao"
    ]
    done = told(run("release", "activate", digest, "--json"))
    assert (done["number"], done["kind"]) == (2, "approved")
    assert done["by"].startswith("operator ")

    back = told(run("release", "rollback", "--reason", "oops", "--json"))
    assert (back["activation"]["release"], back["activation"]["kind"]) == (first, "rollback")
    listed = run("release", "list", "--language", "zh").output
    assert "生效中" in listed
    assert "已被取代" in listed


def test_a_name_alone_is_no_proof(run: Run) -> None:
    assert code(run("release", "list", GUANXI_KEY="gx_nobody_nothing")) == ("unauthenticated", 1)


def test_what_changed_is_told_in_words(run: Run) -> None:
    digest = told(run("release", "propose", "--json"))["release"][:8]
    assert "+ Score (score)  less than 61" in run("release", "diff", "active", digest).output
    assert "低于 61" in run("release", "diff", "active", digest, "--language", "zh").output
    assert "are the same" in run("release", "diff", digest, digest).output


def test_a_report_that_is_brought_must_be_about_the_release(run: Run, tmp_path: Path) -> None:
    digest = told(run("release", "propose", "--json"))["release"]
    report = tmp_path / "report.json"
    report.write_text(json.dumps({"release": digest, "passed": True}))
    found = told(run("release", "evidence", digest, "--kind", "test", "--file", str(report), "--json"))
    assert found["evidence"]["test"]["passed"] is True
    for wrong in ({"release": "0" * 64, "passed": True}, {"passed": True}, []):
        report.write_text(json.dumps(wrong))
        result = run("release", "evidence", digest, "--kind", "test", "--file", str(report))
        assert code(result) == ("bad-report", 1)


@pytest.mark.parametrize(
    "words",
    [
        ("release", "activate", "active", "--emergency"),
        ("release", "activate", "active", "--despite-dry-run"),
        ("release", "schedule", "active"),
        ("release", "schedule", "active", "--at", "tomorrow"),
        ("rule", "silence", "--customer", "li"),
    ],
)
def test_misuse_is_told_and_ends_with_2(run: Run, words: tuple[str, ...]) -> None:
    assert run(*words).exit_code == 2


def test_a_rule_is_stopped_and_goes_on(run: Run) -> None:
    run("rule", "pause", "demote-core", "--reason", "odd")
    assert "#1 paused" in run("rule", "list").output
    assert "#1 已暂停" in run("rule", "list", "--language", "zh").output
    told(run("rule", "resume", "demote-core", "--reason", "fine", "--json"))
    assert code(run("rule", "resume", "demote-core", "--reason", "fine")) == ("not-held", 1)
    assert code(run("rule", "pause", "demote-cor", "--reason", "odd")) == ("unknown-rule", 1)


def test_a_silence_is_tried_before_it_is_set(run: Run) -> None:
    assert "held back 0 decisions" in run("rule", "silence", "--customer", "li", "--preview").output
    past = run("rule", "silence", "--customer", "li", "--until", "2020-01-01T00:00:00Z", "--reason", "x")
    assert code(past) == ("bad-silence", 1)
