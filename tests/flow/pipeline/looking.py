"""What the pipeline's tests look at in an installation: projections, snapshots, days."""

import random
from collections.abc import Iterator
from datetime import date
from itertools import groupby

from shared.contracts.cloudevents import CloudEvent, from_record
from shared.contracts.codecs import snapshot_from_event
from shared.contracts.snapshot import Snapshot
from shared.contracts.topics import SNAPSHOTS, EventTypes
from shared.model.values import FactValue
from shared.reports.projection import as_line, business_projection
from shared.store.collections import CUSTOMERS, DECISIONS, RELATIONSHIPS
from tests.flow.pipeline.shop import Shop

BUSINESS = (CUSTOMERS, RELATIONSHIPS, DECISIONS)


def business(shop: Shop) -> dict[str, list[bytes]]:
    """Everything two runs over the same events must have in common."""
    return {
        spec.name: [as_line(business_projection(spec.name, document)) for document in shop.everything(spec)]
        for spec in BUSINESS
    }


def sent(shop: Shop, topic: str = SNAPSHOTS.name) -> Iterator[tuple[int, CloudEvent]]:
    """Every message of a topic with its partition, in order."""
    for partition in range(shop.partitions):
        offset = 0
        while (batch := shop.bus.read(topic, partition, offset, 1_000)) is not None:
            offset = batch.next_offset
            yield from ((partition, from_record(record)) for record in batch.records)


def snapshots(shop: Shop) -> Iterator[Snapshot]:
    """Every snapshot that scoring sent."""
    for _, message in sent(shop):
        if message.type != EventTypes.DAY_CLOSED:
            yield snapshot_from_event(message)


def at_each_close(shop: Shop) -> dict[tuple[str, str], dict[str, FactValue]]:
    """By day and customer: what was known last before the day's marker, of those with any news."""
    closes: dict[tuple[str, str], dict[str, FactValue]] = {}
    news: dict[str, dict[str, FactValue]] = {}
    for _, message in sent(shop):
        if message.type == EventTypes.DAY_CLOSED:
            closes.update({(message.data["day"], customer): facts for customer, facts in news.items()})
            news = {}
        else:
            snapshot = snapshot_from_event(message)
            news[snapshot.customer] = snapshot.facts_on(snapshot.day)
    return closes


def ordinal(day: str) -> int:
    return date.fromisoformat(day).toordinal()


def between_markers(log: list[CloudEvent]) -> Iterator[tuple[bool, list[CloudEvent]]]:
    """The log in pieces: (False, events) and (True, markers) in turn."""
    for is_marker, piece in groupby(log, key=lambda event: not event.subject):
        yield is_marker, list(piece)


def interleaved(log: list[CloudEvent], seed: int) -> list[CloudEvent]:
    """Customers in another order between markers; each customer's own order stays."""
    chance, mixed = random.Random(seed), []
    for _, piece in between_markers(log):
        order = {event.subject: chance.random() for event in piece}
        mixed += sorted(piece, key=lambda event: order[event.subject])  # markers have none: they stay
    return mixed


def shuffled(log: list[CloudEvent], seed: int) -> list[CloudEvent]:
    """Any order within each day."""
    chance, mixed = random.Random(seed), []
    for is_marker, piece in between_markers(log):
        mixed += piece if is_marker else chance.sample(piece, len(piece))
    return mixed
