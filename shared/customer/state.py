"""What is kept of a customer between events: profile, daily buckets, hand ratings and clock.

Pure data. `to_document` and `from_document` share lists with the state instead of copying them,
because each batch of events loads and saves it: serialise a document before the state changes again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.customer.file import FileStanding
from shared.customer.local_time import later
from shared.customer.series import FIRST_COLUMN, Columns
from shared.customer.views import Views

_WIDEST = 2**63 - 1
"""Largest integer that the store's JSON carries; wider totals travel as text."""

Update = list[Any]
"""[stamp, source, id, {field: value}]: the fields of which this profile event is still the latest word."""


@dataclass(frozen=True, slots=True)
class HandRating:
    """A person's rating of one trait, with who gave it and on what evidence."""

    points: int
    day: int  # ordinal of the local date it was given
    stamp: str
    source: str
    id: str
    assessor: str = ""
    evidence: str = ""


@dataclass(slots=True)
class CustomerState:
    """One customer as scoring knows them; `definition` says which metric definitions made the buckets."""

    definition: str
    series: list[Columns]
    as_of: str = ""  # the customer's clock: RFC 3339 in UTC, never goes back
    day: int = 0  # ordinal of the local date of as_of
    events: int = 0
    first_event: str = ""  # RFC 3339 in UTC
    last_event: str = ""
    profile: list[Update] = field(default_factory=list)  # in the order of their events
    assessments: dict[str, HandRating] = field(default_factory=dict)
    confirmed: dict[str, int] = field(default_factory=dict)  # see `shared.customer.file.Confirmed`
    views: Views | None = field(default=None, compare=False, repr=False)  # kept by `measure`, not stored
    file: FileStanding | None = field(default=None, compare=False, repr=False)  # kept by `assess`, not stored

    def advance(self, as_of: str, day: int) -> None:
        """Move the clock forward to *as_of*; an earlier instant leaves it where it is."""
        self.as_of = later(self.as_of, as_of)
        self.day = max(self.day, day)

    def to_document(self) -> dict[str, Any]:
        """Return the state as JSON values."""
        return {
            "definition": self.definition,
            "as_of": self.as_of,
            "day": self.day,
            "events": self.events,
            "first_event": self.first_event,
            "last_event": self.last_event,
            "profile": self.profile,
            "assessments": {trait: _rating_row(rating) for trait, rating in sorted(self.assessments.items())},
            "confirmed": dict(sorted(self.confirmed.items())),
            "series": [_narrow(buckets) if buckets else buckets for buckets in self.series],
        }

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "CustomerState":
        """Return the state that `to_document` wrote; *document* now belongs to the state."""
        return cls(
            document["definition"],
            [_widen(buckets) for buckets in document["series"]],
            document["as_of"],
            document["day"],
            document["events"],
            document["first_event"],
            document["last_event"],
            document["profile"],
            {trait: HandRating(*row) for trait, row in document["assessments"].items()},
            document.get("confirmed") or {},  # documents of earlier versions have none
        )


def _rating_row(rating: HandRating) -> list[Any]:
    return [
        rating.points, rating.day, rating.stamp, rating.source, rating.id, rating.assessor, rating.evidence,
    ]  # fmt: skip


def _narrow(buckets: Columns) -> list[Any]:
    """Write totals too wide for JSON as text. If a series keeps totals they are its first column."""
    if len(buckets) > FIRST_COLUMN and isinstance(buckets[FIRST_COLUMN][0], int):
        totals = buckets[FIRST_COLUMN]
        if max(totals) > _WIDEST or min(totals) < -_WIDEST:
            return [*buckets[:FIRST_COLUMN], {"wide": [*map(str, totals)]}, *buckets[FIRST_COLUMN + 1 :]]
    return buckets


def _widen(buckets: list[Any]) -> Columns:
    if len(buckets) > FIRST_COLUMN and isinstance(buckets[FIRST_COLUMN], dict):
        buckets[FIRST_COLUMN] = [int(total) for total in buckets[FIRST_COLUMN]["wide"]]
    return buckets
