"""Care tasks that nobody works on, through all four services: told of, and ended by what customers do."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import orjson
import pytest

from services.cli.opened import opened
from services.cli.options import config_from
from shared.model.business import BusinessWeek, Term
from shared.store.collections import INBOX
from shared.store.port import Document
from tests.flow.cli.conftest import Home, until
from tests.flow.cli.test_tasks_worked import told, with_outcomes

pytestmark = pytest.mark.slow

AFTER = Term(2, business=True)
DUE_IN = Term(3, business=True)


def strict(home: Home) -> None:
    """The small rules: calls due in three business days, told of two later, closed by a purchase."""
    home.rules = with_outcomes(home.path / "rules")
    care = home.rules / "policies" / "care.yaml"
    task = care.read_text(encoding="utf-8")
    assert "due: 3 days" in task
    care.write_text(
        task.replace("due: 3 days", "due: 3 business days, closed_by: [purchase]"), encoding="utf-8"
    )
    with (home.rules / "notifications.yaml").open("a", encoding="utf-8") as plan:
        plan.write("escalation: {after: 2 business days, to: manager}\n")


def messages(home: Home) -> list[Document]:
    """What the manager finds in the inbox."""
    with opened(config_from(home=str(home.path))) as installation:
        return list(installation.find(INBOX, {"to": "manager"}, (("created_at", 1),)))


def event(name: str, customer: str, kind: str, **data: Any) -> bytes:
    """A line about *customer*, weeks after everything else."""
    line = {"id": name, "source": "shop", "type": kind, "customer_id": customer}
    return orjson.dumps({**line, "time": "2010-12-01T10:00:00Z", "data": data}) + b"\n"


def test_a_task_is_told_of_when_it_is_overdue_and_closed_by_the_next_purchase(
    new_home: Callable[[str], Home], sales: list[bytes]
) -> None:
    home = new_home("one")
    strict(home)
    home.start()
    home.replay(*sales)

    escalated = [task for task in told(home, "list", "--limit", "1000") if task["escalated"]]
    assert len(escalated) >= 2
    for task in escalated:
        due = date.fromisoformat(task["due_date"])
        opened_on = date.fromisoformat(task["opened_at"][:10]).toordinal()
        assert due.toordinal() == BusinessWeek().end_of(opened_on, DUE_IN), "three business days"
        (step,) = (each for each in task["history"] if each["what"] == "escalated")
        told_on = date.fromordinal(BusinessWeek().end_of(due.toordinal(), AFTER))
        # The last second of a summer's day in London is an hour before midnight in UTC.
        assert step["at"][:10] == told_on.isoformat()
        assert step["after"] == "manager"
    named = [each for message in messages(home) for each in message["tasks"]]
    assert len(named) == len(set(named)), "each is told of once"
    assert {task["id"] for task in escalated} <= set(named)

    bought, reported = escalated[:2]
    before = messages(home)
    home.replay(
        event("again", bought["customer"], "purchase", amount=40),
        event("told", reported["customer"], "task.outcome", outcome="done", **named_by(reported)),
    )
    until(lambda: told(home, "show", reported["id"])["status"] == "done")
    until(lambda: told(home, "show", bought["id"])["status"] == "closed")

    last = told(home, "show", bought["id"])["history"][-1]
    assert (last["what"], last["by"], last["reason"]) == ("closed", "shop", "purchase again")
    (load,) = orjson.loads(home.guanxi("report", "owners", "--json").stdout)["owners"]
    still = told(home, "list", "--limit", "1000")
    assert (load["closed"], load["done"], load["escalated"]) == (
        sum(_lately(task) for task in told(home, "list", "--status", "closed", "--limit", "1000")),
        1,
        sum(task["escalated"] for task in still),
    )
    assert [each["_id"] for each in messages(home)][: len(before)] == [each["_id"] for each in before]
    assert home.stop() == 0


def named_by(task: dict[str, Any]) -> dict[str, str]:
    """How a publisher says which task it tells of."""
    return {"task": task["task"], "task_id": task["id"]}


def _lately(task: dict[str, Any]) -> bool:
    """Whether it was closed in the 30 days up to the last one."""
    return date.fromisoformat(task["closed_at"][:10]) > date(2010, 12, 1) - timedelta(days=30)
