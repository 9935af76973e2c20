"""A task as the caller may see it: the note on how it ended is hidden where the catalogue calls it personal.

Reads the active release. Where it cannot be told whether the note is personal, it is hidden.
"""

from collections.abc import Sequence

from services.notification.answering import Json
from shared.contracts.topics import EventTypes
from shared.http.personal import may_see_personal
from shared.releases.reader import NoReleaseError, ReleaseReader
from shared.telemetry.redaction import HIDDEN

NOTE = "note"


def seen(tasks: Sequence[Json], releases: ReleaseReader) -> list[Json]:
    """The *tasks*, notes hidden from a key that may not see personal fields."""
    noted = [task for task in tasks if _note(task)]
    if not noted or not _is_personal(releases):
        return list(tasks)
    return [
        task if not _note(task) or may_see_personal(task["customer"]) else _hidden(task) for task in tasks
    ]


def _note(task: Json) -> str:
    return str((task["closing"] or {}).get("data", {}).get(NOTE) or "")


def _hidden(task: Json) -> Json:
    """The note stands in the event that closed the task, and as the reason of that step."""
    note, closing = _note(task), task["closing"]
    history = [{**step, "reason": HIDDEN} if step.get("reason") == note else step for step in task["history"]]
    return {**task, "closing": {**closing, "data": {**closing["data"], NOTE: HIDDEN}}, "history": history}


def _is_personal(releases: ReleaseReader) -> bool:
    try:
        catalogue = releases.bundle(releases.active().digest).catalogue
    except NoReleaseError:
        return True
    kind = catalogue.events.get(EventTypes.TASK_OUTCOME)
    return kind is None or NOTE not in kind.fields or kind.fields[NOTE].personal
