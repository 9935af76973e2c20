"""What scoring tells rules about a customer: facts at one instant, and how they age by themselves.

Pure. A fact that counts days is sent as an anchor, so that it can be read on any later day without
another snapshot.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from shared.model.values import FactValue
from shared.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Anchor:
    """A fact that grows with the days: ``value(day) = (day - anchor) * factor / divisor``.

    With ``divisor == factor == 1`` the value is a whole number of days; otherwise it is rounded to two
    decimals, half to even.
    """

    day: int  # ordinal of the local date the count starts from
    factor: float = 1
    divisor: float = 1

    def at(self, day: int) -> float:
        """Return the fact's value on the local date with ordinal *day*."""
        days = day - self.day
        if self.factor == 1 and self.divisor == 1:
            return days
        return round(days * self.factor / self.divisor, 2)


CauseKind = Literal["event", "day", "release"]


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a snapshot was taken: an event (its type and id), a day's close, or a new release."""

    kind: CauseKind
    id: str = ""
    type: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Profile, metrics, traits and score of one customer at *as_of*.

    *facts* holds every known fact by name, anchored ones excepted; an absent name is a missing fact.
    """

    customer: str
    as_of: str  # RFC 3339 in UTC: the customer's clock
    day: int  # ordinal of the local date of as_of
    cause: Cause
    release: str  # digest of the release to judge by
    facts: Mapping[str, FactValue]
    anchors: Mapping[str, Anchor] = field(default_factory=dict)
    sequence: int = 0  # 1, 2, 3 … per customer, given when it is sent

    def facts_on(self, day: int) -> dict[str, FactValue]:
        """Return every fact as it stands on local date *day* (not before this snapshot's day)."""
        facts = dict(self.facts)
        for name, anchor in self.anchors.items():
            facts[name] = anchor.at(day)
        return facts
