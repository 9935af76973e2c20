"""What Guanxi ordered of people: open care tasks and offers, read from the store; tasks closed over HTTP.

Reads as a company's own systems may; changes tasks through the notification service alone.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from services.cli.running import NotRunningError
from services.notification.refusals import TaskClosedError
from services.notification.task_client import TaskRefusedError
from services.notification.tasks import OPEN
from shared.asking.records import Records
from shared.clock import Clock
from shared.errors import RetryLaterError
from shared.model.rules import ActionKind
from shared.policy.contacting import CUSTOMER_CHANNELS
from shared.simulation.staff import Errand, Work
from shared.store.collections import DECISIONS, TASKS
from shared.store.port import Document

GIVE_UP_AFTER_S = 120.0
PAUSE_S = 0.5


class Closing(Protocol):
    """Tells the notification service what became of a task."""

    def post(self, identity: str, what: str, body: dict[str, str]) -> dict[str, object]:
        """Raises RetryLaterError while nobody answers."""


@dataclass(slots=True)
class Office:
    """New errands of the company that began on the day with ordinal *first*."""

    records: Records
    first: int
    _seen_until: int = 0
    _in_hand: set[str] = field(default_factory=set)  # ids of tasks that were given to somebody

    def new_errands(self, until: int) -> list[Errand]:
        """What was ordered since the last look, up to and with the day *until*; always in the same order."""
        found = [*self._tasks(), *self._offers(until)]
        self._seen_until = until
        return sorted(found, key=lambda errand: (errand.customer, errand.day, errand.rule, errand.kind))

    def _tasks(self) -> Iterator[Errand]:
        for task in self.records.find(TASKS, {"status": OPEN}):
            if task["_id"] not in self._in_hand:
                self._in_hand.add(task["_id"])
                yield self._errand(task)

    def _errand(self, task: Document) -> Errand:
        is_contact = task["channel"] in CUSTOMER_CHANNELS
        return Errand(
            customer=task["customer"],
            rule=task["rule"],
            kind=task["task"],
            day=task["opened_day"] - self.first,
            task=task["_id"],
            is_contact=is_contact,
            is_care=is_contact,
        )

    def _offers(self, until: int) -> Iterator[Errand]:
        days = {"day": {"$gt": self._seen_until, "$lte": until}, "outcome": "fired"}
        for decision in self.records.find(DECISIONS, days):
            if decision["mode"] == "shadow":
                continue
            for action in decision["actions"]:
                if action["kind"] == ActionKind.OFFER.value:
                    kind = f"{action['fields']['kind']} {action['fields'].get('item') or ''}".strip()
                    day = decision["day"] - self.first
                    yield Errand(decision["customer"], decision["rule"], kind, day, is_contact=False)

    def put_away(self, work: Work) -> None:
        """Forget a task that was closed."""
        self._in_hand.discard(work.errand.task)


@dataclass(slots=True)
class Desk:
    """Closes tasks, until each is acknowledged; *find* is asked anew after a failure, as ports may move."""

    find: Callable[[], Closing]
    clock: Clock
    _client: Closing | None = None

    def close(self, work: Work, at: str) -> None:
        """Tell the outcome of a task as of *at*; saying it twice is harmless."""
        body = {"outcome": "done" if work.is_done else "skipped", "at": at}
        give_up_at = self.clock.monotonic() + GIVE_UP_AFTER_S
        while True:
            try:
                self._client = self._client or self.find()
                self._client.post(work.errand.task, "outcome", body)
                return
            except TaskRefusedError as error:
                if error.code != TaskClosedError.code:
                    raise
                return  # an event that the task waited for ended it before
            except (RetryLaterError, NotRunningError):
                self._client = None
                if self.clock.monotonic() > give_up_at:
                    raise
                self.clock.sleep(PAUSE_S)
