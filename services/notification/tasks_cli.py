"""`guanxi tasks`: see care tasks, and work on them.

Looking reads the store. Whatever changes a task goes through the running notification service, in the name
of an API key with scope tasks:write. Exit codes: 0 done, 1 refused or not there, 2 misuse.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import islice
from typing import Any

import click

from services.cli.json_output import print_json
from services.cli.keys import TASKS_HOW, TASKS_KEY_FILE, api_key
from services.cli.opened import opened
from services.cli.options import F, config_from, config_to_look, home_option, json_option, language_option
from services.cli.running import require
from services.cli.showing import console, show_sheets
from services.notification.refusals import UnknownTaskError
from services.notification.schemas import TaskAnswer
from services.notification.task_client import TaskClient
from services.notification.tasks import OPEN, STATUSES
from shared.reports.chinese import told_in
from shared.reports.task_sheets import task_history_sheets, task_list_sheets
from shared.store.collections import TASKS

ANY = "any"
_task = click.argument("task", metavar="TASK")
_reason = click.option("--reason", required=True, help="Why; it is kept.")
_note = click.option("--note", default="", help="What came of it; it is kept and told as an event.")
_version = click.option("--if-version", type=click.IntRange(1), help="Only if the task is still as seen.")


@click.group()
def tasks() -> None:
    """See care tasks, and work on them."""


def _working(command: F) -> F:
    key = click.option(
        "--key", metavar="KEY", help="API key (GUANXI_KEY, else `tasks.key` in the home directory)."
    )
    return _task(home_option(key(json_option(command))))


@tasks.command("list")
@click.option("--owner", help="Only this owner's.")
@click.option("--customer", help="Only about this customer.")
@click.option(
    "--status", type=click.Choice([*STATUSES, ANY]), default=OPEN, show_default=True,
    help="Only those.",
)  # fmt: skip
@click.option("--due-by", type=click.DateTime(["%Y-%m-%d"]), help="Only those due on this day or earlier.")
@click.option("--limit", type=click.IntRange(1, 100_000), default=100, show_default=True, help="At most.")
@home_option
@json_option
@language_option
def list_tasks(
    *, owner: str | None, customer: str | None, status: str, due_by: datetime | None, limit: int,
    home: str | None, as_json: bool, language: str,
) -> None:  # fmt: skip
    """List tasks, the most urgent first."""
    asked = {"owner": owner, "customer": customer, "status": None if status == ANY else status}
    wanted: dict[str, Any] = {name: value for name, value in asked.items() if value is not None}
    if due_by is not None:
        wanted["due_day"] = {"$lte": due_by.toordinal()}
    with opened(config_to_look(home)) as installation:
        found = list(islice(installation.find(TASKS, wanted, (("due_day", 1),)), limit))
    if as_json:
        print_json(TaskAnswer(many=True).dump(found))
    else:
        show_sheets(told_in(language, task_list_sheets(found, language)), console())


@tasks.command()
@_task
@home_option
@json_option
@language_option
def show(task: str, *, home: str | None, as_json: bool, language: str) -> None:
    """Show TASK with its history; its version is for --if-version."""
    with opened(config_to_look(home)) as installation:
        found = installation.collection(TASKS).get_many([task]).get(task)
    if found is None:
        raise UnknownTaskError(f"there is no task {task!r}")
    if as_json:
        print_json({**TaskAnswer().dump(found.document), "version": found.version})
    else:
        sheets = task_history_sheets(found.document, found.version, language)
        show_sheets(told_in(language, sheets), console())


def _closing(outcome: str) -> Callable[..., None]:
    @_working
    @_note
    def close(task: str, *, note: str, home: str | None, key: str | None, as_json: bool) -> None:
        told = _client(home, key).post(task, "outcome", {"outcome": outcome, "note": note})
        _tell(told, f"{task} is {told['status']}", as_json)

    return close


for _name, _outcome, _help in (
    ("done", "done", "Close TASK: it was done."),
    ("skip", "skipped", "Close TASK: it was left undone."),
    ("cancel", "cancelled", "Close TASK: there is no more need of it."),
):
    tasks.command(_name, help=_help)(_closing(_outcome))


@tasks.command()
@_working
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), required=True, help="The new due date.")
@_reason
@_version
def snooze(
    task: str, *, until: datetime, reason: str, if_version: int | None, home: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Put TASK off: it is due later."""
    body = {"until": until.date().isoformat(), "reason": reason}
    told = _client(home, key).post(task, "snooze", body, if_version)
    _tell(told, f"{task} is due on {told['due_date']}", as_json)


@tasks.command()
@_working
@click.option("--to", required=True, metavar="OWNER", help="Who is to do it.")
@_reason
@_version
def assign(
    task: str, *, to: str, reason: str, if_version: int | None, home: str | None, key: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Put TASK into somebody else's hands."""
    told = _client(home, key).post(task, "assign", {"to": to, "reason": reason}, if_version)
    _tell(told, f"{task} is in the hands of {told['owner']}", as_json)


def _client(home: str | None, key: str | None) -> TaskClient:
    config = config_from(home=home)
    found = api_key(key, config.home, TASKS_KEY_FILE, TASKS_HOW)
    return TaskClient(require(config.run_dir, "notification"), found)


def _tell(task: Mapping[str, Any], words: str, as_json: bool) -> None:
    if as_json:
        print_json(task)
    else:
        click.echo(words)
