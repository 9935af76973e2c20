"""Who has how much to do."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from shared.reports.chinese import told_in
from shared.reports.owner_sheets import owner_sheets
from shared.reports.owners import OwnerLoad, owner_loads

SHANGHAI = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 31).toordinal()


def waiting(owner: str, days_left: int) -> dict[str, Any]:
    return {"owner": owner, "status": "open", "due_day": TODAY + days_left}


def closed(owner: str, at: str, took: int, status: str = "done") -> dict[str, Any]:
    """Closed *took* local days after it was opened; *at* in UTC."""
    day = date.fromisoformat(at[:10]).toordinal()
    return {"owner": owner, "status": status, "closed_at": at, "opened_day": day - took}


def test_who_is_most_behind_comes_first() -> None:
    found = owner_loads(
        [waiting("bob", 0), waiting("bob", 7), waiting("bob", 8), waiting("anna", -1)], TODAY, SHANGHAI
    )

    assert found == [OwnerLoad("anna", 1, 0, 1, 0, 0, 0, None), OwnerLoad("bob", 3, 2, 0, 0, 0, 0, None)]


def test_the_median_is_of_what_was_done_lately() -> None:
    found = owner_loads(
        [
            closed("anna", "2026-03-31T01:00:00Z", 1),
            closed("anna", "2026-03-10T01:00:00Z", 4),
            closed("anna", "2026-03-02T01:00:00Z", 6),
            closed("anna", "2026-03-01T01:00:00Z", 90),
            closed("anna", "2026-03-20T01:00:00Z", 50, status="skipped"),
        ],
        TODAY,
        SHANGHAI,
    )

    assert found == [OwnerLoad("anna", 0, 0, 0, 0, 3, 0, 4.0)]


def test_what_events_closed_is_counted_apart_from_what_was_done() -> None:
    found = owner_loads(
        [
            closed("anna", "2026-03-31T01:00:00Z", 9, status="closed"),
            closed("anna", "2026-01-31T01:00:00Z", 9, status="closed"),
            closed("anna", "2026-03-30T01:00:00Z", 2),
        ],
        TODAY,
        SHANGHAI,
    )

    assert found == [OwnerLoad("anna", 0, 0, 0, 0, 1, 1, 2.0)]


def test_of_the_open_tasks_those_are_counted_that_somebody_else_was_told_of() -> None:
    told = {**waiting("anna", -3), "escalated_day": TODAY - 1}

    (load,) = owner_loads([told, {**waiting("anna", 3), "escalated_day": None}], TODAY, SHANGHAI)

    assert (load.overdue, load.escalated) == (1, 1)


def test_a_day_ends_where_the_company_is() -> None:
    late = closed("anna", "2026-03-01T17:00:00Z", 0)

    assert [load.median_days for load in owner_loads([late], TODAY, SHANGHAI)] == [1.0]
    assert owner_loads([late], TODAY, ZoneInfo("Europe/London")) == []


def test_the_table_has_a_line_for_each_owner_in_both_languages() -> None:
    loads = [OwnerLoad("anna", 1200, 0, 1, 1, 2, 3, 1.5), OwnerLoad("bob", 1, 1, 0, 0, 0, 0, None)]
    (sheet,) = owner_sheets(loads)
    (chinese,) = told_in("zh", [sheet])

    assert sheet.rows == [
        ("anna", "1,200", "0", "1", "1", "2", "3", "1.5"),
        ("bob", "1", "1", "0", "0", "0", "0", ""),
    ]
    assert chinese.title == "各负责人的关怀任务"
    assert chinese.headers == (
        "负责人", "未完成", "7 天内到期", "逾期", "已上报", "30 天内完成", "30 天内因事件结束",
        "完成天数中位数",
    )  # fmt: skip
