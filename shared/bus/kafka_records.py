"""Kafka's records as the bus's records. Pure. What a foreign publisher left out reads as empty."""

from collections.abc import Iterable
from typing import Any

from shared.bus.port import Record


def records(fetched: Iterable[Any]) -> tuple[Record, ...]:
    """Return *fetched* (the client's `ConsumerRecord`s) as records."""
    return tuple(
        Record(
            offset=each.offset,
            key=(each.key or b"").decode(errors="replace"),
            value=each.value or b"",
            headers=tuple((name, value or b"") for name, value in each.headers),
            appended_at=each.timestamp / 1000,
        )
        for each in fetched
    )
