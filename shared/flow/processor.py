"""What a service adds to the effectively-once stage: its own state and what a message does to it.

A processor computes; it never writes or publishes. The stage owns positions, outboxes and order.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, Protocol, TypeVar

from shared.contracts.cloudevents import CloudEvent
from shared.quick_dataclass import dataclass
from shared.store.port import Collection, Document, Filter

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Input:
    """One decoded record of the partition under work."""

    offset: int
    event: CloudEvent
    sequence: int | None  # per-customer number given by the producing service, None for publishers' events
    spared: frozenset[str] = frozenset()  # customers for whom a day marker was given up


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message about one customer, before the stage numbers it."""

    type: str
    time: str
    data: dict[str, Any]
    traceparent: str | None = None
    id: str = ""  # derived from customer and number when empty


Change = Callable[[Document], Document]
"""Pure, and without effect on a document that it has changed already."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """A change of one side document that is there already, or was inserted by the same unit of work."""

    collection: Collection
    id: str
    change: Change


@dataclass(slots=True)
class Effects:
    """What one step owes: messages in order; documents to insert if absent, then amendments of such, both
    before the state is saved.

    With *changed* false nothing is owed and the state is as before, so that it need not be saved.
    """

    messages: list[Outgoing] = field(default_factory=list)
    documents: list[tuple[Collection, Document]] = field(default_factory=list)
    changed: bool = True
    amendments: list[Amendment] = field(default_factory=list)

    def extend(self, other: "Effects") -> None:
        """Append what a later step owes."""
        self.messages += other.messages
        self.documents += other.documents
        self.amendments += other.amendments


PASSED_BY = Effects(changed=False)
"""The message is of no concern."""


@dataclass(frozen=True, slots=True)
class PartitionMemory:
    """What a service remembers of a partition as a whole.

    *closed_day* is the ordinal of the last local day whose marker was dealt with, 0 before the first.
    *offset* is that of the message under work, and not kept.
    """

    partition: int
    closed_day: int = 0
    facts: Mapping[str, Any] = field(default_factory=dict)  # the processor's own
    offset: int = field(default=-1, compare=False)


class Processor(Protocol[S]):
    """One service's logic. `prepare` and `sweep` may read the store, `apply` and `close_day` only what is
    answered alike when asked again (admissions, what became of a task); the rest is pure.
    """

    name: str
    source: str
    """The CloudEvents source of what it publishes."""

    def prepare(self, memory: PartitionMemory, log_id: str, inputs: Sequence[Input]) -> PartitionMemory:
        """Look up what the batch needs (history, releases); raises RetryLaterError to wait."""

    def load(self, key: str, document: Document | None) -> S:
        """Build the state from its stored document, or a first state."""

    def dump(self, state: S) -> Document:
        """The state as fields of its document (without the stage's own fields)."""

    def apply(self, state: S, incoming: Input, memory: PartitionMemory) -> Effects | None:
        """Let one message change *state* in place; None means a duplicate, and *state* is as before."""

    def due_day(self, state: S) -> int | None:
        """The first day at whose close this state wants `close_day`, or None."""

    def close_day(self, state: S, day: int, memory: PartitionMemory) -> Effects:
        """Judge the close of local *day*; afterwards `due_day` must be later than *day*."""

    def control(self, event: CloudEvent, memory: PartitionMemory) -> tuple[PartitionMemory, Filter] | None:
        """For a control message: the new memory and which customers are swept; None if nothing changes."""

    def sweep(self, state: S, event: CloudEvent, memory: PartitionMemory) -> Effects:
        """Let a control message change one customer's state."""
