"""Care tasks for whoever works on them: many in a list, one with its history."""

from typing import Any

from shared.reports.chinese import told_in
from shared.reports.task_sheets import task_history_sheets, task_list_sheets

STEP = {"at": "2026-03-02T10:00:00Z", "by": "anna", "what": "assigned", "from": "anna", "to": "bob"}


def task(**changed: Any) -> dict[str, Any]:
    return {
        "_id": "task_1", "customer": "li", "task": "call", "title": {"en": "Call", "zh": "致电"},
        "owner": "wu",
        "channel": "phone", "due_date": "2026-03-09", "status": "done", "playbook": {}, "opened_at": "2026",
        "reason": {"en": "because"}, "history": [], **changed,
    }  # fmt: skip


def test_a_list_tells_the_id_that_commands_take() -> None:
    (sheet,) = told_in("zh", task_list_sheets([task()], "zh"))

    assert sheet.title == "关怀任务 1 项"
    assert sheet.rows == [("2026-03-09", "已完成", "wu", "li", "致电", "电话", "task_1")]
    assert sheet.headers[-1] == "任务编号"


def test_a_task_is_told_with_what_was_done_with_it() -> None:
    page, history = task_history_sheets(task(history=[{**STEP, "reason": "ill"}]), 2, "en")

    assert page.title == "Call"
    assert ("version", "2") in page.rows
    assert history.rows == [("2026-03-02T10:00:00Z", "anna", "assigned", "anna", "bob", "ill")]


def test_what_is_not_there_takes_no_room() -> None:
    older = {name: value for name, value in task(title={}).items() if name != "history"}

    (page,) = task_history_sheets(older, 1, "en")

    assert page.title == "call"
    assert "what to do" not in {name for name, _ in page.rows}
