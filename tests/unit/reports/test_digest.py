"""The manager's digest picks out the month under way, new alerts, and who is overdue."""

from shared.reports.alerts import OpenAlert
from shared.reports.circle import Circle, Month
from shared.reports.digest import Seen, digest
from shared.reports.tasks import OpenTask, TaskList

TODAY = 734_000


def alert(customer: str, since: int) -> OpenAlert:
    return OpenAlert(f"{customer}-0", customer, "churn", "high", "r", since)


def task(owner: str, days_left: int) -> OpenTask:
    return OpenTask("t", "li", "call", {}, owner, "phone", TODAY + days_left, days_left, "r", {})


def test_the_month_under_way_is_the_last_one() -> None:
    months = tuple(Month(f"2010-0{n}", n, 2, 1, n + 1, 0, (), ()) for n in (7, 8))

    found = digest(Seen(Circle(months, 9), [], TaskList((), (), 0)), TODAY)

    assert found.flow
    assert (found.flow.month, found.flow.opening, found.flow.closing) == ("2010-08", 8, 9)


def test_alerts_of_the_last_week_are_new_and_older_ones_only_counted() -> None:
    alerts = [alert("li", TODAY - 7), alert("wu", TODAY - 8)]
    found = digest(Seen(Circle((), 0), alerts, TaskList((), (), 0)), TODAY)

    assert [(each.open, each.new) for each in found.alerts] == [(2, 1)]
    assert [each.customer for each in found.newest] == ["li"]


def test_owners_stand_with_how_many_are_overdue_and_since_when() -> None:
    tasks = TaskList((task("wang", -9), task("zhao", -5), task("wang", -2), task("zhao", 3)), (), 3)

    found = digest(Seen(Circle((), 0), [], tasks), TODAY)

    assert [(each.owner, each.tasks, each.oldest_days) for each in found.overdue] == [
        ("wang", 2, 9),
        ("zhao", 1, 5),
    ]
