"""Which of a customer's tracked tasks are open: by the log ordered and not ended, by people not ended either.

Reads tasks; writes none. What this batch has ordered is not stored yet, and is remembered here.
"""

from collections.abc import Collection as Names
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.notification.contacts import ContactRecord
from services.notification.ending import was_ended_by_hand
from services.notification.escalating import escalates_on
from services.notification.tasks import OPEN
from services.notification.tracking import Tracked, Tracks, tracked
from shared.model.rules import Bundle
from shared.store.port import Collection, Document, Query

_PAGE = 1_000


@dataclass(slots=True)
class OpenTasks:
    """Asked while one batch is planned; `begin` comes before each."""

    tasks: Collection
    _ordered: dict[str, Document] = field(default_factory=dict)

    def begin(self) -> None:
        """Forget what the last batch ordered."""
        self._ordered = {}

    def ordered(self, state: ContactRecord, tasks: Iterable[Document], bundle: Bundle) -> None:
        """Track the *tasks* that a decision about the customer, by *bundle*, has ordered."""
        for task in tasks:
            tracks = self.tracks(state, task["customer"])
            tracks[task["task"]] = tracked(task, escalates_on(task["due_day"], bundle))
            self._ordered[task["_id"]] = task

    def tracks(self, state: ContactRecord, customer: str) -> Tracks:
        """The customer's tracked tasks, found in the store when they were not tracked yet."""
        if state.tasks is None:
            state.tasks = {task["task"]: tracked(task) for task in self._stored(customer)}
        return state.tasks

    def standing(self, state: ContactRecord, customer: str, kinds: Names[str]) -> dict[str, str]:
        """The open tasks among *kinds*: tracked, and not ended by a person."""
        concerned = {kind: task for kind, task in self.tracks(state, customer).items() if kind in kinds}
        documents = self.documents(concerned.values())
        return {kind: task.id for kind, task in concerned.items() if task.id in documents}

    def documents(self, tasks: Iterable[Tracked]) -> Mapping[str, Document]:
        """Those of *tasks* that no person has ended, by id, as they are known now."""
        return {name: task for name, task in self.known(tasks).items() if not was_ended_by_hand(task)}

    def known(self, tasks: Iterable[Tracked]) -> Mapping[str, Document]:
        """*tasks* by id as they are known now."""
        wanted = sorted(task.id for task in tasks)
        if not wanted:
            return {}
        stored = {name: found.document for name, found in self.tasks.get_many(wanted).items()}
        ordered = {name: self._ordered[name] for name in wanted if name in self._ordered}
        return {**ordered, **stored}

    def _stored(self, customer: str) -> Iterable[Document]:
        query = Query(filter={"customer": customer, "status": OPEN}, limit=_PAGE)
        return (found.document for found in self.tasks.find(query).documents)
