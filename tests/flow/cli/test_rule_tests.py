"""`guanxi rules test` as a person runs it."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from tests.flow.cli.conftest import ROOT, until

pytestmark = pytest.mark.slow


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """The shipped rules with their tests of the file review only."""
    folder = tmp_path / "rules"
    shutil.copytree(ROOT / "rules", folder)
    for file in (folder / "tests").iterdir():
        if file.name != "review.test.yaml":
            file.unlink()
    return folder


def run(*arguments: str | Path) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "services", "rules", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=120, check=False)


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, (before, text.count(before))
    file.write_text(text.replace(before, after), encoding="utf-8")


def test_tests_that_hold_exit_with_0(rules: Path) -> None:
    done = run("test", rules)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 passed, 0 failed, on python and durable" in done.stdout


def test_a_moved_threshold_exits_with_1_and_names_test_rule_and_distance(rules: Path) -> None:
    edit(rules / "policies/review.yaml", "repeat: {every: 60 days", "repeat: {every: 61 days")

    done = run("test", rules)

    assert done.returncode == 1
    assert "✗ a member's file is reviewed every sixty days" in done.stdout
    assert "review.test.yaml:21:42 expected create_task: file-review, got nothing" in done.stdout


def test_misuse_exits_with_2_and_says_what_was_meant(rules: Path) -> None:
    done = run("test", rules, "--policy", "reviwe")

    assert done.returncode == 2
    assert 'there is no policy "reviwe"; did you mean "review"?' in done.stderr
    assert run("test", rules, "--write").returncode == 2
    assert run("test", rules / "nowhere").returncode == 2


def test_rules_that_are_not_valid_are_told_instead(rules: Path) -> None:
    edit(rules / "policies/review.yaml", "file_stale_count: at", "file_stale_conut: at")

    done = run("test", rules)

    assert done.returncode == 1
    assert 'unknown fact "file_stale_conut"' in done.stderr


def test_a_faulty_test_fails_check_and_test_with_its_place(rules: Path) -> None:
    edit(
        rules / "tests/review.test.yaml",
        "given: {like: known, tier: none}",
        "given: {like: known, teir: none}",
    )

    for command in ("check", "test"):
        done = run(command, rules)
        assert done.returncode == 1
        assert "tests/review.test.yaml:32:26 E203" in done.stdout
        assert 'did you mean "tier"' in done.stdout


def test_a_test_file_with_another_name_is_not_passed_over(rules: Path) -> None:
    (rules / "tests/review.test.yaml").rename(rules / "tests/review.yaml")

    done = run("check", rules)

    assert done.returncode == 1
    assert "E104 tests/review.yaml would not be run" in done.stdout
    assert 'name it "review.test.yaml"' in done.stdout


def test_where_no_test_is_run_that_is_said(rules: Path) -> None:
    done = run("test", rules, "--suite", "nothing like it")

    assert done.returncode == 0
    assert "no test was run" in done.stdout


def test_tests_are_no_part_of_the_release(rules: Path) -> None:
    digest = run("check", rules).stdout.splitlines()[-1]
    edit(rules / "tests/review.test.yaml", "reviewing customers' files", "files under review")

    assert digest.startswith("digest ")
    assert run("check", rules).stdout.splitlines()[-1] == digest


def test_slips_that_go_unnoticed_exit_with_1_and_are_placed(rules: Path) -> None:
    file = rules / "tests/review.test.yaml"
    file.write_text(file.read_text(encoding="utf-8").partition("  - name: nobody is told twice")[0], "utf-8")

    done = run("test", rules, "--mutate", "--policy", "review")

    assert done.returncode == 1
    assert "✗ review: 26 of 28 slips noticed" in done.stdout
    assert "`--suggest` beside `--mutate`" in done.stdout
    assert "policies/review.yaml:41:5 review-gaps  cool_down: 180 days → 179 days" in done.stdout


def test_json_tells_everything_that_was_asked_for(rules: Path) -> None:
    told = json.loads(run("test", rules, "--format", "json", "--coverage", "--mutate").stdout)

    assert (told["passed"], told["counts"]) == (True, {"passed": 12, "failed": 0})
    assert told["mutation"]["survivors"] == []
    assert {leaf["rule"] for leaf in told["coverage"]["leaves"]} >= {"review-file", "review-gaps"}


def test_junit_is_xml_that_build_servers_read(rules: Path) -> None:
    root = fromstring(run("test", rules, "--format", "junit").stdout)

    assert (root.tag, root.attrib["tests"], root.attrib["failures"]) == ("testsuites", "12", "0")


def test_suggestions_are_written_into_the_suite_and_hold(rules: Path) -> None:
    file = rules / "tests/review.test.yaml"
    head = file.read_text(encoding="utf-8").partition("  - name: a member without an account manager")[0]
    file.write_text(head, encoding="utf-8")

    done = run("test", rules, "--mutate", "--suggest", "--write", "--policy", "review")

    assert "Suggested: this is what the rules do now" in file.read_text(encoding="utf-8")
    assert "read what was suggested" in done.stderr
    again = run("test", rules, "--mutate", "--policy", "review")
    assert again.returncode == 0, again.stdout
    assert run("fmt", "--check", rules).returncode == 0


def heed_ctrl_c() -> None:
    """As in a terminal: what a script starts in the background is told to ignore it, and its children too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def watching(rules: Path, tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    command = [sys.executable, "-u", "-m", "services", "rules", "test", str(rules), "--watch"]
    with (tmp_path / "watch.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdout=log,
            stderr=log,
            cwd=ROOT,
            preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - it takes no lock
        )
    yield process
    if process.poll() is None:
        process.kill()
    process.wait(timeout=60)


def test_watching_runs_again_when_a_rule_or_a_test_changes(
    watching: "subprocess.Popen[bytes]", rules: Path, tmp_path: Path
) -> None:
    def told(text: str) -> bool:
        return text in (tmp_path / "watch.log").read_text(encoding="utf-8")

    until(lambda: told("12 passed, 0 failed"))
    edit(rules / "policies/review.yaml", "repeat: {every: 60 days", "repeat: {every: 61 days")
    until(lambda: told("5 passed, 7 failed"))
    edit(rules / "tests/review.test.yaml", "suite: reviewing customers' files", "suite: seen anew")
    until(lambda: told("seen anew"))
    watching.send_signal(signal.SIGINT)

    assert watching.wait(timeout=60) == 1
