"""Open alerts and open tasks, in the order in which somebody should look at them."""

from typing import Any

from shared.reports.alerts import by_kind, open_alerts
from shared.reports.tasks import open_tasks


def customer(name: str, **episodes: Any) -> dict[str, Any]:
    return {"_id": name, "relationship": {"episodes": episodes}}


def raised(kind: str, severity: str, since: int) -> dict[str, Any]:
    return {
        "started": since,
        "counted_from": since,
        "alerts": [{"id": f"{kind}{since}", "alert": kind, "severity": severity}],
    }


def task(name: str, due_day: int, status: str = "open") -> dict[str, Any]:
    return {
        "_id": name, "customer": "li", "task": "call", "title": {"en": "Call"}, "owner": "wu",
        "channel": "phone", "due_day": due_day, "rule": "r", "reason": {"en": "because"}, "status": status,
    }  # fmt: skip


def test_severe_alerts_come_first_then_new_ones() -> None:
    found = open_alerts([
        customer("li", churn=raised("churn", "low", 5), credit=raised("credit", "high", 9)),
        customer("wu", churn=raised("churn", "high", 7)),
        customer("he", quiet={"started": 3}),
    ])  # fmt: skip

    assert [(alert.customer, alert.alert) for alert in found] == [
        ("li", "credit"),
        ("wu", "churn"),
        ("li", "churn"),
    ]
    assert list(by_kind(found)) == [("churn", "high"), ("credit", "high"), ("churn", "low")]


def test_alerts_of_rules_in_shadow_reach_nobody() -> None:
    assert not open_alerts([customer("li", **{"~churn": raised("churn", "high", 1)})])


def test_tasks_come_by_due_day_and_closed_ones_are_gone() -> None:
    found = open_tasks([task("b", 12), task("a", 9), task("c", 8, "done")], today=10)

    assert [(each.id, each.days_left) for each in found.tasks] == [("a", -1), ("b", 2)]
    assert found.overdue == 1
    assert [(kind.task, kind.open, kind.overdue, kind.due_soon) for kind in found.kinds] == [
        ("call", 2, 1, 1)
    ]


def test_of_equally_severe_alerts_the_newest_comes_first() -> None:
    found = open_alerts([
        customer("li", churn=raised("churn", "high", 5)),
        customer("wu", churn=raised("churn", "high", 7)),
    ])  # fmt: skip

    assert [alert.customer for alert in found] == ["wu", "li"]
