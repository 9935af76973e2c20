"""Who does a care task and by when: open tasks change hands or are put off, with the reason kept.

Compare-and-set on the one document: of two people at once neither undoes the other's work unseen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from services.notification.handing_over import OwnerNotices, with_notice
from services.notification.refusals import SnoozeError, TaskChangedError, TaskClosedError, UnknownTaskError
from services.notification.task_time import instant
from services.notification.tasks import assigned, outcome_of, snoozed
from shared.clock import Clock, to_rfc3339
from shared.store.port import Collection, Document, Replacement, Versioned

MOST_SNOOZED_DAYS = 366

Step = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Doing:
    """Who works on a task and why. *seen*: the version they looked at; None: whatever there is."""

    by: str
    reason: str
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class TaskDesk:
    """Changes open tasks. May be used by several threads; *live* says that "now" is the wall clock's.

    *notices* tell new owners.
    """

    tasks: Collection
    contacts: Collection
    clock: Clock
    live: bool
    notices: OwnerNotices

    def assign(self, identity: str, to: str, doing: Doing) -> Versioned:
        """Put the task into the hands of *to*, who is told. Saying the same twice changes nothing."""

        def change(found: Versioned, step: Step) -> Document:
            task = found.document
            if task["owner"] == to:
                return task
            return with_notice(assigned(task, to, step), {**step, "from": task["owner"]}, found.version + 1)

        return self.notices.tell(self._change(identity, doing, change))

    def snooze(self, identity: str, until: date, doing: Doing) -> Versioned:
        """Put the task off: it is due on *until*. Saying the same twice changes nothing."""

        def change(found: Versioned, step: Step) -> Document:
            task = found.document
            if task["due_date"] == until.isoformat():
                return task
            _check_day(task, until, step["at"])
            return snoozed(task, until, step)

        return self._change(identity, doing, change)

    def find(self, identity: str) -> Versioned:
        """The task as it is now; raises UnknownTaskError."""
        found = self.tasks.get_many([identity]).get(identity)
        if found is None:
            raise UnknownTaskError(f"there is no task {identity!r}")
        return found

    def _change(
        self, identity: str, doing: Doing, change: Callable[[Versioned, Step], Document]
    ) -> Versioned:
        """Raises UnknownTaskError, TaskClosedError, TaskChangedError, or what *change* refuses."""
        while True:
            found = self.find(identity)
            task = found.document
            if doing.seen is not None and doing.seen != found.version:
                raise TaskChangedError(f"task {identity} is at version {found.version}, not {doing.seen}")
            if (outcome := outcome_of(task)) is not None:
                raise TaskClosedError(identity, outcome)
            at = to_rfc3339(instant(task, self.contacts, self.clock if self.live else None))
            changed = change(found, {"at": at, "by": doing.by, "reason": doing.reason})
            if changed is task:
                return found
            if not self.tasks.replace([Replacement(changed, found.version)]):
                return Versioned(changed, found.version + 1)


def _check_day(task: Document, until: date, at: str) -> None:
    due, now = date.fromordinal(task["due_day"]), date.fromisoformat(at[:10])
    first = max(due, now)
    last = first + timedelta(days=MOST_SNOOZED_DAYS)
    if not first <= until <= last:
        raise SnoozeError(f"expected a day from {first} to {last}, found {until}", pointer="/until")
