"""What was observed at each cut, column by column: a few bytes a customer, whatever their number. Pure."""

from array import array
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from shared.quality.observing import Raised, Standing


def _numbers() -> "array[float]":
    return array("d")


@dataclass(slots=True)
class Columns:
    """All customers at one cut."""

    silent_days: "array[float]" = field(default_factory=_numbers)
    active_days: "array[float]" = field(default_factory=_numbers)
    money: "array[float]" = field(default_factory=_numbers)
    risk: "array[float]" = field(default_factory=_numbers)
    alarmed: bytearray = field(default_factory=bytearray)
    left: bytearray = field(default_factory=bytearray)
    unranked: int = 0

    def add(self, standing: Standing) -> None:
        """Add one customer; whose risk is unknown stands last."""
        self.silent_days.append(standing.silent_days)
        self.active_days.append(standing.active_days)
        self.money.append(standing.money)
        self.unranked += standing.risk is None
        self.risk.append(-1.0 if standing.risk is None else standing.risk)
        self.alarmed.append(standing.alarmed)
        self.left.append(standing.left)


@dataclass(slots=True)
class Observed:
    """Every customer at every cut, and every alert."""

    at: dict[int, Columns] = field(default_factory=lambda: defaultdict(Columns))
    raised: list[Raised] = field(default_factory=list)

    def add(self, standings: Iterable[Standing], raised: Iterable[Raised]) -> None:
        """Add one customer."""
        for standing in standings:
            self.at[standing.cut].add(standing)
        self.raised += raised
