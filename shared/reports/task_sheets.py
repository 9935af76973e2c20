"""Care tasks as tables for whoever works on them: many in a list, one with its history. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.model.values import in_language
from shared.reports.action_words import channel_word, status_word
from shared.reports.chinese import NAME_IN_RULES
from shared.reports.sheet import Sheet

Task = Mapping[str, Any]


def task_list_sheets(tasks: Iterable[Task], language: str) -> list[Sheet]:
    """One line for each task, with the id that commands take."""
    rows = [
        (
            task["due_date"],
            status_word(task["status"], language),
            task["owner"],
            task["customer"],
            in_language(task["title"], language),
            channel_word(task["channel"], language),
            task["_id"],
        )
        for task in tasks
    ]
    headers = ("due", "status", "owner", "customer", "task", "channel", "task id")
    return [Sheet(f"{len(rows):,} care tasks", rows, headers)]


def task_history_sheets(task: Task, version: int, language: str) -> list[Sheet]:
    """What is to be done, for whom and why, and what people did with the task, the oldest step first."""
    facts = [
        ("customer", task["customer"]),
        ("status", status_word(task["status"], language)),
        ("owner", task["owner"]),
        ("due", task["due_date"]),
        ("channel", channel_word(task["channel"], language)),
        ("because", in_language(task["reason"], language)),
        ("what to do", in_language(task["playbook"], language)),
        ("opened", task["opened_at"]),
        (NAME_IN_RULES, task["task"]),
        ("version", str(version)),
    ]
    steps = [
        (
            step["at"],
            step["by"],
            step["what"],
            step.get("from", ""),
            step.get("to", ""),
            step.get("reason", ""),
        )
        for step in task.get("history", ())
    ]
    title = in_language(task["title"], language) or task["task"]
    history = Sheet("What was done with it", steps, ("when", "by", "step", "before", "after", "because"))
    return [Sheet(title, [(name, text) for name, text in facts if text]), *([history] if steps else [])]
