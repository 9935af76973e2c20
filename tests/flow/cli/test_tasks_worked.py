"""Care tasks worked on from the command line, through all four services."""

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.cli.opened import opened
from services.cli.options import config_from
from shared.store.collections import HISTORY
from tests.flow.cli.conftest import RULES, Home, until

pytestmark = pytest.mark.slow


SHIPPED = RULES.parents[3] / "rules" / "events.yaml"


def with_outcomes(directory: Path) -> Path:
    """The small rules, with outcomes of tasks in the catalogue as the shipped rules have them."""
    shipped = SHIPPED.read_text(encoding="utf-8").partition("  task.outcome:")
    shutil.copytree(RULES, directory)
    with (directory / "events.yaml").open("a", encoding="utf-8") as catalogue:
        catalogue.write(shipped[1] + shipped[2].partition("\n\n")[0] + "\n")
    return directory


def recorded(home: Home, customer: str) -> str:
    """Every event that scoring has accepted about *customer*, as it stands in the store."""
    with opened(config_from(home=str(home.path))) as installation:
        return str(list(installation.find(HISTORY, {"customer": customer})))


def told(home: Home, *words: str, code: int = 0) -> Any:
    done = home.guanxi("tasks", *words, "--json")
    assert done.returncode == code, done.stderr.decode()
    return orjson.loads(done.stdout) if code == 0 else done.stderr.decode()


def test_a_task_is_found_handed_over_put_off_and_done_and_its_outcome_is_an_event(
    new_home: Callable[[str], Home], sales: list[bytes]
) -> None:
    home = new_home("one")
    home.rules = with_outcomes(home.path / "rules")
    home.start()
    home.replay(*sales)
    key = home.guanxi("keys", "create", "anna", "--scope", "tasks:write").stdout.decode().strip()
    task = told(home, "list", "--limit", "1")[0]
    identity, seen = task["id"], str(told(home, "show", task["id"])["version"])
    later = (date.fromisoformat(task["due_date"]) + timedelta(days=200)).isoformat()

    refused = told(home, "assign", identity, "--to", "bob", "--reason", "away", code=1)
    handed = told(
        home, "assign", identity, "--to", "bob", "--reason", "away", "--if-version", seen, "--key", key
    )
    stale = told(
        home, "assign", identity, "--to", "eve", "--reason", "r", "--if-version", seen, "--key", key, code=1
    )
    told(home, "snooze", identity, "--until", later, "--reason", "asked to", "--key", key)
    eve = (date.fromisoformat(later) - timedelta(days=1)).isoformat()
    assert [
        identity in {each["id"] for each in told(home, "list", "--due-by", day, "--limit", "10000")}
        for day in (eve, later)
    ] == [False, True], "put off until its new day"
    closed = told(home, "done", identity, "--note", "reached", "--key", key)
    contradicted = told(home, "skip", identity, "--key", key, code=1)

    assert "guanxi keys create YOUR_NAME --scope tasks:write" in refused
    assert handed["owner"] == "bob"
    assert "[changed-meanwhile]" in stale
    assert (closed["status"], closed["due_date"]) == ("done", later)
    assert "[task-closed]" in contradicted
    steps = [(step["what"], step["by"]) for step in told(home, "show", identity)["history"]]
    assert steps == [("assigned", "anna"), ("snoozed", "anna"), ("done", "anna")]
    assert identity not in {each["id"] for each in told(home, "list", "--limit", "10000")}
    page = home.guanxi("tasks", "show", identity, "--language", "zh").stdout.decode()
    assert "处理经过" in page
    assert "已转交" in page
    load = orjson.loads(home.guanxi("report", "owners", "--json").stdout)["owners"]
    assert sum(each["open"] for each in load) == len(told(home, "list", "--limit", "10000"))
    assert home.guanxi("report", "owners", "--csv", "--language", "zh").stdout.startswith(b"owner,open,")
    until(lambda: identity in recorded(home, task["customer"]))
    life = orjson.loads(home.guanxi("customer", task["customer"], "--json").stdout)["timeline"]
    (over,) = [each for each in life if each["kind"] == "task"]
    assert (over["id"], over["outcome"], over["owner"]) == (identity, "done", "bob")
    assert "[unknown-task]" in told(home, "show", "task_none", code=1)
    assert home.stop() == 0
