"""What must hold of an installation whatever happened to it, checked through the ports on any backend.

Lost: acknowledged and not in the history. Duplicate effect: counted twice anywhere. Order: a customer's
messages or events in another order than they were sent. Phantom: an effect of what nobody sent. Closure:
everything in the log is dealt with or set aside, to the unit.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.bus.port import Record
from shared.contracts.cloudevents import CloudEvent, from_record
from shared.contracts.topics import DECISIONS as DECISIONS_TOPIC
from shared.contracts.topics import EVENTS, NOTIFICATIONS, SNAPSHOTS, EventTypes
from shared.errors import RefusedError
from shared.store.collections import CUSTOMERS, DEAD_LETTERS, DECISIONS, HISTORY, RELATIONSHIPS
from shared.store.port import CollectionSpec
from tests.faults.oracle import Expected, expected
from tests.faults.selling import Sale

NUMBERED = (SNAPSHOTS.name, DECISIONS_TOPIC.name, NOTIFICATIONS.name)
Places = Set[tuple[str, int, int]]
"""Topic, partition and offset of what was set aside."""

OWN = frozenset({EventTypes.DAY_CLOSED, EventTypes.RELEASE_ACTIVATED})


class Kept(Protocol):
    """An installation's logs and documents."""

    def everything(self, spec: CollectionSpec) -> Iterator[dict[str, Any]]:
        """Every document of a collection."""

    def records(self, topic: str, begin: dict[int, int] | None = None) -> Iterator[tuple[int, Record]]:
        """Every record of a topic from *begin*, which moves along."""


@dataclass
class Findings:
    """What was violated, by kind, each with the ids concerned."""

    lost: list[str] = field(default_factory=list)
    duplicated: list[str] = field(default_factory=list)
    disordered: list[str] = field(default_factory=list)
    phantom: list[str] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return any(vars(self).values())

    def __str__(self) -> str:
        told = [f"{kind}: {len(ids)}, as {ids[:5]}" for kind, ids in vars(self).items() if ids]
        return "; ".join(told) or "nothing"

    def counts(self) -> dict[str, int]:
        """How many of each kind."""
        return {kind: len(ids) for kind, ids in vars(self).items()}


@dataclass
class Numbering:
    """Reads a topic's per-customer numbers as the next service does: 1, 2, 3 …, a repeat changes nothing.

    May be fed while the services run: what it finds is wrong at any moment.
    """

    findings: Findings
    topic: str
    contents: dict[tuple[str, int], tuple[str, Any]] = field(default_factory=dict)
    highest: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    ids: dict[str, int] = field(default_factory=dict)

    def feed(self, event: CloudEvent) -> None:
        if event.type in OWN:
            return
        number, customer = int(event.extensions["sequence"]), event.subject
        place = f"{self.topic} {customer}/{number}"
        content = (event.id, event.data)
        if number > self.highest[customer] + 1:
            self.findings.lost.append(f"{place}: {self.highest[customer] + 1} is missing before it")
        self.highest[customer] = max(self.highest[customer], number)
        if self.contents.setdefault((customer, number), content) != content:
            self.findings.duplicated.append(f"{place} was sent with two contents")
        if self.ids.setdefault(event.id, number) != number:
            self.findings.duplicated.append(f"{place} repeats {event.id} under another number")


class LiveCheck:
    """Follows the numbered topics as they grow; ask it again and again while services are being killed."""

    def __init__(self, kept: Kept) -> None:
        self.findings = Findings()
        self._kept = kept
        self._begin: dict[str, dict[int, int]] = {topic: {} for topic in NUMBERED}
        self.numbering = {topic: Numbering(self.findings, topic) for topic in NUMBERED}
        self.unreadable: list[tuple[str, int, int]] = []
        self.looks = 0

    def look(self) -> None:
        """Read what is new."""
        for topic, numbering in self.numbering.items():
            for partition, record in self._kept.records(topic, self._begin[topic]):
                event = read(record)
                if event and (event.type in OWN or "sequence" in event.extensions):
                    numbering.feed(event)
                else:
                    self.unreadable.append((topic, partition, record.offset))
        self.looks += 1


def check(
    kept: Kept, acknowledged: Sequence[Sale], offered: Sequence[Sale], live: LiveCheck | None = None
) -> Findings:
    """Everything, once all services have caught up; *offered*: sent at least once, acknowledged or not."""
    live = live or LiveCheck(kept)
    live.look()
    history = {document["_id"]: document for document in kept.everything(HISTORY)}
    aside = {_place(letter) for letter in kept.everything(DEAD_LETTERS)}
    by_id = {_history_id(sale): sale for sale in offered}
    findings = live.findings
    findings.lost += sorted(_history_id(sale) for sale in acknowledged if _history_id(sale) not in history)
    findings.phantom += sorted(name for name in history if name not in by_id)
    _check_log(findings, kept, history, aside)
    findings.unclosed += [f"unreadable, at {place}" for place in live.unreadable if place not in aside]
    _check_order(findings, history, offered)
    _check_sums(findings, kept, expected(by_id[name] for name in history if name in by_id))
    _check_messages(findings, kept, live, history)
    return findings


def read(record: Record) -> CloudEvent | None:
    """The event in *record*, None if it is none."""
    try:
        return from_record(record)
    except RefusedError:
        return None


def _place(letter: Mapping[str, Any]) -> tuple[str, int, int]:
    return letter["topic"], letter["partition"], letter["offset"]


def _history_id(sale: Sale) -> str:
    return "\x1f".join((sale.source, sale.id, sale.customer))


def _check_log(findings: Findings, kept: Kept, history: Mapping[str, dict[str, Any]], aside: Places) -> None:
    """The log of events, without repeats, is exactly the history and what was set aside."""
    logged: dict[str, tuple[int, int]] = {}
    for partition, record in kept.records(EVENTS.name):
        event = read(record)
        if event is not None and event.type in OWN:
            continue
        place = (EVENTS.name, partition, record.offset)
        name = "\x1f".join((event.source, event.id, event.subject)) if event else "unreadable"
        if name in history:
            logged.setdefault(name, place[1:])
        elif place not in aside:
            findings.unclosed.append(f"{name} at {place}")
    findings.unclosed += sorted(history.keys() - logged.keys())
    for name, where in logged.items():
        if tuple(history[name]["position"][1:]) != where:
            findings.disordered.append(f"{name} was counted at another place than its first, {where}")


def _check_order(findings: Findings, history: Mapping[str, dict[str, Any]], offered: Iterable[Sale]) -> None:
    """Each customer's events lie in the log in the order they were sent in."""
    last: dict[str, int] = {}
    for sale in offered:
        found = history.get(_history_id(sale))
        if found is None:
            continue
        offset = found["position"][2]
        if offset <= last.get(sale.customer, -1):
            findings.disordered.append(f"{sale.customer}: {sale.id} lies before what was sent before it")
        last[sale.customer] = offset


def _check_sums(findings: Findings, kept: Kept, wanted: Mapping[str, Expected]) -> None:
    """Counters and aggregates are those of the input, recomputed."""
    found = {document["_id"]: _as_expected(document) for document in kept.everything(CUSTOMERS)}
    for customer in sorted(wanted.keys() | found.keys()):
        mine, theirs = wanted.get(customer), found.get(customer)
        if mine is None or theirs is None:
            (findings.phantom if mine is None else findings.lost).append(f"customer {customer}")
        elif theirs.events < mine.events:
            findings.lost.append(f"customer {customer}: {theirs} instead of {mine}")
        elif theirs != mine:
            findings.duplicated.append(f"customer {customer}: {theirs} instead of {mine}")


def _as_expected(document: Mapping[str, Any]) -> Expected:
    state, facts = document["state"], document["facts"]
    return Expected(
        state["events"], facts["net_spend"], facts["orders_365d"], state["first_event"], state["last_event"]
    )


def _check_messages(
    findings: Findings, kept: Kept, live: LiveCheck, history: Mapping[str, dict[str, Any]]
) -> None:
    """One snapshot of each event; each decision stored and sent; every snapshot seen by rules."""
    causes: dict[tuple[str, str], int] = defaultdict(int)
    for (customer, _), (_, data) in live.numbering[SNAPSHOTS.name].contents.items():
        if data["cause"]["kind"] == "event":
            causes[customer, data["cause"]["id"]] += 1
    wanted = {(document["customer"], document["id"]) for document in history.values()}
    findings.lost += [f"no snapshot of {event}" for event in sorted(wanted - causes.keys())]
    findings.phantom += [f"a snapshot of {event}" for event in sorted(causes.keys() - wanted)]
    findings.duplicated += [f"{count} snapshots of {event}" for event, count in causes.items() if count > 1]
    stored = {document["_id"] for document in kept.everything(DECISIONS)}
    sent = live.numbering[DECISIONS_TOPIC.name].ids.keys()
    findings.unclosed += sorted(stored ^ sent)
    seen = {document["_id"]: document["seen"] for document in kept.everything(RELATIONSHIPS)}
    for customer, highest in live.numbering[SNAPSHOTS.name].highest.items():
        if seen.get(customer, 0) != highest:
            findings.unclosed.append(f"rules saw {seen.get(customer, 0)} of {highest} of {customer}")
