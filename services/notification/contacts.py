"""What is remembered of the contacts with one customer: the input and the result of planning.

Pure values. Contacts are counted in event time, by the local day of the decision that caused them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.notification.tracking import Tracks, tracks_from_json, tracks_to_json
from shared.model.values import FactValue

REMEMBERED_DAYS = 366
"""Contacts are kept this long, so that a longer cap in a new release finds them."""

REMEMBERED_HELD = 50
"""How many of the last refusals a customer's document keeps; all are on the topic."""


@dataclass(frozen=True, slots=True)
class Contact:
    """A contact ordered on local *day*; *id* is of the task or notification.

    Contacts from before rules were kept with them have none.
    """

    day: int
    id: str
    rule: str = ""
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """Something that was ordered and not done, with the reason: a stable code and words."""

    id: str
    what: str  # "task:winback-call", "notice:customer-warning"
    reason: str
    detail: str
    decision: str
    rule: str
    day: int
    ahead: tuple[str, ...] = ()  # held by the cap: the rules whose contacts were made instead


@dataclass(frozen=True, slots=True)
class ContactState:
    """What planning must know of a customer besides the decision."""

    contacts: tuple[Contact, ...] = ()
    open_tasks: Mapping[str, str] = field(default_factory=dict)  # slug -> task id
    profile: Mapping[str, FactValue] = field(default_factory=dict)

    def contacts_in(self, days: int, until: int) -> tuple[Contact, ...]:
        """The contacts on the *days* local days that end with *until*."""
        return tuple(contact for contact in self.contacts if contact.day > until - days)


@dataclass(slots=True)
class ContactRecord:
    """The customer's document as the stage holds it between messages."""

    contacts: tuple[Contact, ...] = ()
    held: tuple[Held, ...] = ()
    last_as_of: str = ""
    tasks: Tracks | None = field(default_factory=dict)  # None: from before open tasks were kept here

    def remember(self, contacts: tuple[Contact, ...], held: tuple[Held, ...], as_of: str, day: int) -> None:
        """Add what a decision brought and forget what no cap can reach."""
        known = {contact.id for contact in contacts}
        kept = (c for c in self.contacts if c.day > day - REMEMBERED_DAYS and c.id not in known)
        self.contacts = (*kept, *contacts)
        self.held = (*self.held, *held)[-REMEMBERED_HELD:]
        self.last_as_of = max(self.last_as_of, as_of)


def record_from_document(document: Mapping[str, Any] | None) -> ContactRecord:
    """Build the record from its stored form; a customer never seen has an empty one."""
    if document is None:
        return ContactRecord()
    return ContactRecord(
        contacts=tuple(Contact(*each) for each in document["contacts"]),
        held=tuple(_held(item) for item in document["held"]),
        last_as_of=document["last_as_of"],
        tasks=tracks_from_json(document["tasks"]) if "tasks" in document else None,
    )


def record_to_fields(record: ContactRecord) -> dict[str, Any]:
    """The stored form of *record*."""
    known = {} if record.tasks is None else {"tasks": tracks_to_json(record.tasks)}
    return {
        **known,
        "contacts": [_listed(contact) for contact in record.contacts],
        "held": [held_to_document(item) for item in record.held],
        "last_as_of": record.last_as_of,
    }


def held_to_document(held: Held) -> dict[str, Any]:
    """*held* as a JSON object."""
    return {**{name: getattr(held, name) for name in Held.__slots__}, "ahead": list(held.ahead)}


def _held(document: Mapping[str, Any]) -> Held:
    return Held(**{**document, "ahead": tuple(document.get("ahead", ()))})


def _listed(contact: Contact) -> list[Any]:
    return [contact.day, contact.id, contact.rule, contact.priority]
