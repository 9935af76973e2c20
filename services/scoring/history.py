"""The memory of every accepted event: what makes a repeated event known, and buckets rebuildable.

What it keeps of an event is never changed.
"""

from collections.abc import Iterable, Iterator

from shared.contracts.cloudevents import CloudEvent
from shared.contracts.event_ids import event_key
from shared.store.port import Collection, Document, Query

PAGE = 1_000


def history_id(event: CloudEvent) -> str:
    """The id that *event* has in the history."""
    return event_key(event.source, event.id, event.subject)


def history_document(event: CloudEvent, position: list[object]) -> Document:
    """What is kept of an accepted event; *position* is ``[log id, partition, offset]``."""
    return {
        "_id": history_id(event),
        "customer": event.subject,
        "source": event.source,
        "id": event.id,
        "type": event.type,
        "time": event.time,
        "data": event.data,
        "position": position,
    }


class History:
    """Accepted events in the store."""

    def __init__(self, collection: Collection) -> None:
        self.collection = collection

    def positions(self, events: Iterable[CloudEvent]) -> dict[str, list[object]]:
        """Where those of *events* that are known were first accepted, by history id."""
        found = self.collection.get_many([history_id(event) for event in events])
        return {name: versioned.document["position"] for name, versioned in found.items()}

    def of_customer(self, customer: str) -> Iterator[CloudEvent]:
        """Every accepted event of *customer*, by time."""
        cursor: str | None = None
        while True:
            query = Query({"customer": customer}, sort=(("time", 1),), limit=PAGE, cursor=cursor)
            page = self.collection.find(query)
            for versioned in page.documents:
                yield _event(versioned.document)
            cursor = page.cursor
            if cursor is None:
                return


def _event(document: Document) -> CloudEvent:
    return CloudEvent(
        id=document["id"],
        source=document["source"],
        type=document["type"],
        subject=document["customer"],
        time=document["time"],
        data=document["data"],
        extensions={},
    )
