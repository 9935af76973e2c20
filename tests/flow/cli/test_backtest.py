"""A backtest beside running services: exact about what was, telling of what would be, alike over HTTP."""

import shutil
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.cli.running import require
from tests.flow.cli.conftest import RULES, Home, until

pytestmark = pytest.mark.slow

BAR = ("score: at least 70", "score: at least 66")


@pytest.fixture
def candidate(tmp_path: Path) -> Path:
    """The same rules with a lower bar."""
    rules = shutil.copytree(RULES, tmp_path / "candidate")
    policy = rules / "policies/membership.yaml"
    text = policy.read_text(encoding="utf-8")
    assert BAR[0] in text
    policy.write_text(text.replace(*BAR), encoding="utf-8")
    return rules


def asked(home: Home, key: str, method: str, path: str, body: Any = None) -> tuple[int, Any, str]:
    rules = require(home.path / "run", "rules")
    connection = HTTPConnection(rules.host, rules.port, timeout=60)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connection.request(method, path, orjson.dumps(body) if body is not None else None, headers)
    answer = connection.getresponse()
    content = orjson.loads(answer.read())
    connection.close()
    return answer.status, content, answer.headers.get("Location", "")


def test_what_was_is_made_again_and_what_would_be_is_told_by_command_and_over_http(
    new_home: Callable[[str], Home], sales: list[bytes], candidate: Path, tmp_path: Path
) -> None:
    home = new_home("one")
    home.start()
    home.replay(*sales)
    before = home.exported()

    proved = home.guanxi("backtest", "--reproduce")
    assert proved.returncode == 0, proved.stdout
    assert b"all made again exactly as they were recorded" in proved.stdout

    done = home.guanxi("backtest", "--candidate", str(candidate), "--json")
    assert done.returncode == 0, done.stderr
    report = orjson.loads(done.stdout)
    assert report["tiers"]["gained"] or report["tiers"]["earlier"]

    events = tmp_path / "events.jsonl"
    events.write_bytes(b"".join(sales))
    of_files = home.guanxi(
        *("backtest", "--base", str(RULES), "--candidate", str(candidate), "--events", str(events), "--json")
    )
    assert orjson.loads(of_files.stdout) == report

    page = home.guanxi("backtest", "--candidate", str(candidate), "--format", "html", "--language", "zh")
    text = page.stdout.decode()
    assert text.startswith("<!doctype html>")
    assert "回测" in text
    assert all(outside not in text for outside in ("http://", "https://", "src=", "@import"))

    key = home.guanxi("keys", "create", "anna", "--scope", "approver").stdout.decode().strip()
    files = {
        path.relative_to(candidate).as_posix(): path.read_text(encoding="utf-8")
        for path in candidate.rglob("*.yaml")
    }
    status, told, where = asked(home, key, "POST", "/v1/backtests", {"files": files})
    assert (status, where) == (202, f"/v1/backtests/{told['id']}")
    until(lambda: asked(home, key, "GET", where)[1]["state"] != "running", within_s=90)
    assert asked(home, key, "GET", where)[1]["digest"] == report["digest"]
    assert asked(home, key, "GET", f"{where}/report")[1] == report

    assert asked(home, "", "GET", where)[0] == 401
    assert asked(home, key, "GET", "/v1/backtests/nothing")[0] == 404
    for wrong in ({}, {"candidate": "../rules"}, {"files": {"../outside.yaml": ""}}):
        assert asked(home, key, "POST", "/v1/backtests", wrong)[0] in {400, 422}
    assert home.exported() == before


def test_a_candidate_beyond_its_gates_or_with_problems_does_not_pass(
    tmp_path: Path, candidate: Path, new_home: Callable[[str], Home], sales: list[bytes]
) -> None:
    events, home = tmp_path / "events.jsonl", new_home("none")
    events.write_bytes(b"".join(sales))
    given = ("backtest", "--base", str(RULES), "--candidate", str(candidate), "--events", str(events))
    manifest = candidate / "policy.yaml"
    text = manifest.read_text(encoding="utf-8")

    manifest.write_text(f"{text}gates: {{max_share_moved: 0 percent}}\n", encoding="utf-8")
    stopped = home.guanxi(*given)
    assert stopped.returncode == 1
    assert b"does not pass its gates" in stopped.stdout

    manifest.write_text(f"{text}gates: {{max_share_moved: 10}}\n", encoding="utf-8")
    refused = home.guanxi(*given)
    assert refused.returncode == 1
    assert b"E207" in refused.stderr
    assert b"10 percent" in refused.stderr
