"""What an awaited event owes: the stage's part of `ending`.

Reads outcomes that other systems told, and tasks as people left them; writes nothing itself.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from services.notification.contacts import ContactRecord
from services.notification.ending import change, closed_notification, endings, is_report
from services.notification.notices import outgoing
from services.notification.open_tasks import OpenTasks
from shared.contracts.awaited import Awaited, awaited_from_event, is_awaited
from shared.contracts.cloudevents import CloudEvent, MalformedMessageError
from shared.contracts.event_ids import event_key
from shared.flow.processor import PASSED_BY, Amendment, Effects
from shared.store.port import Collection, Document


@dataclass(slots=True)
class EndedTasks:
    """Ends the open tasks of a customer. `begin` comes before each batch."""

    tasks: Collection
    history: Collection
    open: OpenTasks
    _reports: Mapping[str, Document] = field(default_factory=dict)  # by history id

    def begin(self, events: Iterable[CloudEvent]) -> None:
        """Look up the events of the batch that tell outcomes, as they were accepted."""
        keys = [_key(awaited) for awaited in _readable(events) if is_report(awaited)]
        found = self.history.get_many(keys) if keys else {}
        self._reports = {key: item.document for key, item in found.items()}

    def end(self, state: ContactRecord, event: CloudEvent) -> Effects:
        """End the tasks that wait for the event, or of which it tells the outcome."""
        awaited = awaited_from_event(event)
        tracks = self.open.tracks(state, awaited.customer)
        closings = dict(endings(tracks, awaited, self._reports.get(_key(awaited))))
        if not closings:
            return PASSED_BY
        ending = [tracks.pop(kind) for kind in closings]
        tasks = self.open.documents(ending)
        effects = Effects()
        for task, closing in zip(ending, closings.values(), strict=True):
            if task.id in tasks:
                effects.amendments.append(Amendment(self.tasks, task.id, change(closing)))
                told = closed_notification(tasks[task.id], awaited, closing)
                effects.messages.append(outgoing(told, event.extensions.get("traceparent")))
        return effects


def _key(awaited: Awaited) -> str:
    return event_key(awaited.event.source, awaited.event.id, awaited.customer)


def _readable(events: Iterable[CloudEvent]) -> Iterable[Awaited]:
    """The awaited events among *events* that can be read; others are set aside when their turn comes."""
    for event in events:
        if is_awaited(event):
            try:
                yield awaited_from_event(event)
            except MalformedMessageError:
                continue
