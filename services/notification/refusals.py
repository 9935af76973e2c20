"""Why a task cannot be worked on as asked; each with the code that callers are told."""

from shared.errors import RefusedError


class UnknownTaskError(RefusedError):
    """There is no such task."""

    code = "unknown-task"


class TaskClosedError(RefusedError):
    """The task was closed, or is being closed, with *outcome*."""

    code = "task-closed"

    def __init__(self, identity: str, outcome: str) -> None:
        super().__init__(f"task {identity} was closed as {outcome} already")
        self.outcome = outcome


class TaskChangedError(RefusedError):
    """Somebody worked on the task since the caller looked at it."""

    code = "changed-meanwhile"


class SnoozeError(RefusedError):
    """A task cannot be put off until that day."""

    code = "snooze-day"
