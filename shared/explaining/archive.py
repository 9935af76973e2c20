"""What explanations read: decisions, relationships, customers, history and releases of one installation.

The door from explanations to the store; safe to use from several threads.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.clock import SystemClock
from shared.contracts.cloudevents import CloudEvent
from shared.contracts.codecs import snapshot_from_data
from shared.contracts.snapshot import Snapshot
from shared.customer.local_time import stamp
from shared.customer.profile import profile_facts, revise
from shared.customer.score_history import ScoreHistory
from shared.customer.state import CustomerState, Update
from shared.model.rules import Bundle
from shared.model.values import FactValue
from shared.policy.evaluation.relationship import Relationship
from shared.releases.reader import ReleaseReader
from shared.store.collections import (
    CONTACTS,
    CUSTOMERS,
    DECISIONS,
    DELIVERIES,
    HISTORY,
    INBOX,
    RELATIONSHIPS,
    RELEASES,
    RULE_PARTITIONS,
    SWITCHES,
    TASKS,
)
from shared.store.port import Collection, Document, Query, Store
from shared.switches.board import SwitchBoard
from shared.switches.model import Switch

PAGE = 1_000


@dataclass(frozen=True, slots=True)
class Stored:
    """One customer as the rules service judged them last; *day*: the local day that is open for them.

    *state* is what scoring keeps of them, None when it is of another release's making.
    """

    customer: str
    relationship: Relationship
    snapshot: Snapshot
    day: int
    state: CustomerState | None
    switches: Sequence[Switch] = ()  # what holds rules back now


@dataclass(frozen=True, slots=True)
class Archive:
    """The collections, opened."""

    decisions: Collection
    relationships: Collection
    customers: Collection
    history: Collection
    tasks: Collection
    inbox: Collection
    deliveries: Collection
    contacts: Collection
    partitions: Collection  # of the rules service
    releases: ReleaseReader
    board: SwitchBoard

    @classmethod
    def of(cls, store: Store) -> "Archive":
        """Open them in *store*."""
        return cls(
            decisions=store.collection(DECISIONS),
            relationships=store.collection(RELATIONSHIPS),
            customers=store.collection(CUSTOMERS),
            history=store.collection(HISTORY),
            tasks=store.collection(TASKS),
            inbox=store.collection(INBOX),
            deliveries=store.collection(DELIVERIES),
            contacts=store.collection(CONTACTS),
            partitions=store.collection(RULE_PARTITIONS),
            releases=ReleaseReader(store.collection(RELEASES)),
            board=SwitchBoard(store.collection(SWITCHES), SystemClock()),
        )

    def decision(self, name: str) -> Document | None:
        """A decision's document by its id."""
        return one(self.decisions, name)

    def stored(self, customer: str) -> Stored | None:
        """The customer, once the rules have judged them."""
        found = one(self.relationships, customer)
        if found is None or not found.get("snapshot"):
            return None
        snapshot = snapshot_from_data(found["snapshot"])
        memory = one(self.partitions, str(found["partition"]))
        open_day = memory["closed_day"] + 1 if memory else 0
        return Stored(
            customer,
            Relationship.from_document(found["relationship"]),
            snapshot,
            max(open_day, snapshot.day),
            self._state(customer, snapshot.release),
            self._switches(),
        )

    def _switches(self) -> list[Switch]:
        now = self.board.clock.now()
        return [each for each in self.board.open() if each.holds_at(now)]

    def _state(self, customer: str, release: str) -> CustomerState | None:
        found = one(self.customers, customer)
        if found is None or found["release"] != release:
            return None
        return CustomerState.from_document(found["state"])

    def score_history(self, customer: str) -> ScoreHistory | None:
        """How the customer's score came about, as far as scoring remembers."""
        found = one(self.customers, customer)
        return ScoreHistory.from_document(found.get("score_history"), found["facts"]) if found else None

    def profiles(self, customer: str, bundle: Bundle) -> list[dict[str, FactValue]]:
        """What the profile said after each event that told of it, by the time of the events."""
        profile: list[Update] = []
        found: list[dict[str, FactValue]] = []
        for event in self.events(customer):
            kind = bundle.catalogue.events.get(event.type)
            if kind is not None and kind.sets_profile:
                revise(profile, (stamp(event.time), event.source, event.id), event.data)
                found.append(profile_facts(profile))
        return found

    def events(self, customer: str) -> Iterator[CloudEvent]:
        """Every accepted event of the customer, by time."""
        cursor: str | None = None
        while True:
            query = Query({"customer": customer}, sort=(("time", 1),), limit=PAGE, cursor=cursor)
            page = self.history.find(query)
            yield from (_event(versioned.document) for versioned in page.documents)
            cursor = page.cursor
            if cursor is None:
                return


def one(collection: Collection, name: str) -> Document | None:
    """The document of that id, if there is one."""
    found = collection.get_many([name]).get(name)
    return found.document if found else None


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
