"""What became of a care task: told to the customer's partition as an event, then the task is closed.

The outcome and its event are stored in the task first. So whatever is interrupted can be resumed with
the very same event, and two different outcomes can never both be told.
"""

from dataclasses import dataclass
from datetime import datetime
from threading import Event

from services.notification.again import again
from services.notification.refusals import TaskClosedError, UnknownTaskError
from services.notification.task_time import instant
from services.notification.tasks import CLOSING, Outcome, begin_closing, finish_closing, outcome_of
from shared.bus.port import Producer
from shared.clock import Clock, to_rfc3339
from shared.contracts.cloudevents import CloudEvent, to_message
from shared.contracts.notification import NOTIFICATION_SOURCE
from shared.contracts.topics import INBOUND, EventTypes
from shared.flow.crash_points import Reach, never
from shared.store.port import Collection, Document, Query, Replacement, Versioned

RESUME_EVERY_S = 10.0


@dataclass(frozen=True, slots=True)
class Report:
    """What a person tells of a task. *at* None: now, by the installation's clock."""

    outcome: Outcome
    note: str = ""
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class TaskOutcomes:
    """Closes tasks. May be used by several threads; *live* says that "now" is the wall clock's."""

    tasks: Collection
    contacts: Collection
    producer: Producer
    clock: Clock
    live: bool
    reach: Reach = never

    def close(self, identity: str, report: Report) -> Document:
        """Close the task and return it. Saying the same twice changes nothing.

        Raises UnknownTaskError, TaskClosedError, or RetryLaterError while the bus does not acknowledge.
        """
        while True:
            found = self.tasks.get_many([identity]).get(identity)
            if found is None:
                raise UnknownTaskError(f"there is no task {identity!r}")
            decided = outcome_of(found.document)
            if decided is not None and decided != report.outcome:
                raise TaskClosedError(identity, decided)
            if decided is not None:
                return self._finish(found)
            closing = begin_closing(found.document, self._event(found.document, report))
            if not self.tasks.replace([Replacement(closing, found.version)]):
                return self._finish(Versioned(closing, found.version + 1))

    def resume(self) -> int:
        """Finish what was interrupted; return how many tasks."""
        interrupted = self.tasks.find(Query(filter={"status": CLOSING})).documents
        for found in interrupted:
            self._finish(found)
        return len(interrupted)

    def run(self, stop: Event) -> None:
        """Resume at the start and from time to time until *stop* is set."""
        again(self.resume, RESUME_EVERY_S, stop, "task outcomes wait")

    def _finish(self, found: Versioned) -> Document:
        task = found.document
        if task["status"] != CLOSING:
            return task
        event = CloudEvent(**task["closing"])
        self.reach("before-outcome")
        self.producer.send(INBOUND.name, [to_message(event)])
        self.reach("after-outcome")
        closed = finish_closing(task)
        self.tasks.replace([Replacement(closed, found.version)])  # a conflict: another call finished it
        return closed

    def _event(self, task: Document, report: Report) -> Document:
        told = {"note": report.note, "by": report.by}
        return {
            "id": f"{task['_id']}:{report.outcome}",
            "source": NOTIFICATION_SOURCE,
            "type": EventTypes.TASK_OUTCOME,
            "subject": task["customer"],
            "time": to_rfc3339(self._when(task, report)),
            "data": {
                "task": task["task"],
                "task_id": task["_id"],
                "outcome": report.outcome,
                "rule": task["rule"],
                "channel": task["channel"],
                **{name: text for name, text in told.items() if text},
            },
        }

    def _when(self, task: Document, report: Report) -> datetime:
        return instant(task, self.contacts, self.clock if self.live else None, report.at)
