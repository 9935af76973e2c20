"""Which release judges what, told by the log of events alone: activations and events, partition by partition.

None of the product's code but the reading of messages: an activation holds from its place on, one with an
older number says nothing new, and before the first the first one holds.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.topics import EVENTS, SNAPSHOTS, EventTypes
from shared.store.collections import DECISIONS
from tests.faults.installation import PARTITIONS
from tests.faults.invariants import Kept, read

Key = tuple[str, str, str]
"""Source and id of an event, and its customer."""


@dataclass
class ReleaseLog:
    """Follows the log as it grows."""

    kept: Kept
    holding: dict[int, tuple[int, str]] = field(default_factory=dict)  # number and digest, by partition
    activated: dict[str, str] = field(default_factory=dict)  # digest, by the activation's id
    judged_by: dict[Key, str] = field(default_factory=dict)  # at its first place
    markers: int = 0
    _begin: dict[int, int] = field(default_factory=dict)
    _early: list[Key] = field(default_factory=list)  # before the first activation of their partition

    def look(self) -> None:
        """Read what is new."""
        for partition, record in self.kept.records(EVENTS.name, self._begin):
            event = read(record)
            if event is None:
                continue
            if event.type == EventTypes.RELEASE_ACTIVATED:
                self.activated[event.id] = event.data["digest"]
                self._activate(partition, event.data["number"], event.data["digest"])
                continue
            key = (event.source, event.id, event.subject)
            if partition in self.holding:
                self.judged_by.setdefault(key, self.holding[partition][1])
            else:
                self._early.append(key)

    def is_live(self, digest: str) -> bool:
        """Whether every partition has been told of *digest*, and of nothing newer."""
        self.look()
        return [held for _, held in self.holding.values()] == [digest] * PARTITIONS

    def _activate(self, partition: int, number: int, digest: str) -> None:
        self.markers += 1
        if number == 1:
            for key in self._early:
                self.judged_by.setdefault(key, digest)
        if number > self.holding.get(partition, (0, ""))[0]:
            self.holding[partition] = number, digest


@dataclass
class Judged:
    """What `misjudged` has looked at."""

    wrong: list[str] = field(default_factory=list)
    by_events: int = 0
    by_releases: int = 0
    by_days: int = 0
    releases: set[str] = field(default_factory=set)  # that decided about an event


def misjudged(kept: Kept, log: ReleaseLog) -> Judged:
    """Compare the release in each decision with the one that held at its place in the log."""
    log.look()
    found, snapshots = Judged(), _snapshots(kept)
    for customer, chain in snapshots.items():
        _look_at_chain(found, log, customer, chain)
    for decision in kept.everything(DECISIONS):
        _look_at(found, log, decision, snapshots[decision["customer"]])
    return found


def _look_at_chain(found: Judged, log: ReleaseLog, customer: str, chain: Iterable[Mapping[str, Any]]) -> None:
    """A snapshot carries the release of its event's place, the one that caused it, or the one before."""
    before = ""
    for snapshot in chain:
        cause, release = snapshot["cause"], snapshot["release"]
        wanted = _wanted(log, cause, customer) or before or release
        if release != wanted:
            found.wrong.append(f"snapshot {customer}/{snapshot['sequence']}: {release[:8]}, not {wanted[:8]}")
        before = release


def _look_at(
    found: Judged, log: ReleaseLog, decision: Mapping[str, Any], chain: list[dict[str, Any]]
) -> None:
    cause, release = decision["cause"], decision["release"]
    wanted = _wanted(log, cause, decision["customer"])
    if wanted:
        found.by_events += cause["kind"] == "event"
        found.by_releases += cause["kind"] == "release"
        found.releases |= {release} if cause["kind"] == "event" else set()
    else:  # a day's close: judged by the last that was known of the customer by then
        found.by_days += 1
        wanted = [each["release"] for each in chain if each["day"] <= decision["day"]][-1]
    if release != wanted:
        found.wrong.append(f"decision {decision['_id']} on {cause}: {release[:8]}, not {wanted[:8]}")


def _wanted(log: ReleaseLog, cause: Mapping[str, str], customer: str) -> str:
    if cause["kind"] == "release":
        return log.activated[cause["id"]]
    if cause["kind"] == "event":
        return log.judged_by[cause["source"], cause["id"], customer]
    return ""


def _snapshots(kept: Kept) -> dict[str, list[dict[str, Any]]]:
    """What was told of each customer, once and in order."""
    found: dict[str, dict[int, dict[str, Any]]] = defaultdict(dict)
    for _, record in kept.records(SNAPSHOTS.name):
        event = read(record)
        if event is not None and event.type == EventTypes.SNAPSHOT:
            found[event.subject][int(event.extensions["sequence"])] = event.data
    return {customer: [by[number] for number in sorted(by)] for customer, by in found.items()}
