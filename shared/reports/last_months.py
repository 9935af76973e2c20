"""What happened in the last months before somebody left, beside the last months of those who did not.

Pure. The last months reach from 90 days before the last purchase up to the leaving, because who leaves falls
silent first. Without the others beside them, what happens to everybody would look like a cause.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field

MONTHS_DAYS = 90
PROMOTION_DAYS = 30
NO_CARE = "no care"
PROMOTION = "competitor promotion"


@dataclass(frozen=True, slots=True)
class Trading:
    """Which event types are purchases, and which are care."""

    bought: Set[str]
    care: Set[str]
    promotions: Sequence[tuple[int, int]] = ()  # first and last local days


@dataclass(frozen=True, slots=True)
class AfterWhat:
    """How many leavers, and how many others, had *what* (an event type or a word of this module)."""

    what: str
    leavers: int
    leavers_percent: float
    others: int
    others_percent: float


@dataclass(slots=True)
class Lasts:
    """Adds up last months, of leavers or of others."""

    trading: Trading
    people: int = 0
    found: Counter[str] = field(default_factory=Counter)

    def add(self, events: Iterable[tuple[int, str]], day: int) -> None:
        """Take in a customer's *events* (local day, type), seen from *day*; nobody without a purchase."""
        known = [event for event in events if event[0] <= day]
        last = max((at for at, kind in known if kind in self.trading.bought), default=None)
        if last is None:
            return
        self.people += 1
        kinds = {kind for at, kind in known if at > last - MONTHS_DAYS}
        self.found.update(kinds - self.trading.bought)
        self.found.update({NO_CARE} if not kinds & self.trading.care else ())
        self.found.update({PROMOTION} if self._enticed(last, day) else ())

    def _enticed(self, last: int, day: int) -> bool:
        """Whether competitors' promotion was on at the last purchase, or began soon after."""
        until = min(last + PROMOTION_DAYS, day)
        return any(first <= until and final >= last for first, final in self.trading.promotions)


def compared(leavers: Lasts, others: Lasts) -> tuple[AfterWhat, ...]:
    """What stood before leavings, that which sets leavers apart most first."""
    lines = [
        AfterWhat(
            what,
            leavers.found[what],
            _percent(leavers.found[what], leavers.people),
            others.found[what],
            _percent(others.found[what], others.people),
        )
        for what in leavers.found.keys() | others.found.keys()
    ]
    return tuple(sorted(lines, key=lambda each: (each.others_percent - each.leavers_percent, each.what)))


def last_months(
    events: Mapping[str, Sequence[tuple[int, str]]], left: Mapping[str, int], until: int, trading: Trading
) -> tuple[AfterWhat, ...]:
    """Compare everybody who *left* (on which day) with all others, seen on the day *until*."""
    leavers, others = Lasts(trading), Lasts(trading)
    for customer, happened in events.items():
        if customer in left:
            leavers.add(happened, left[customer])
        else:
            others.add(happened, until)
    return compared(leavers, others)


def _percent(count: int, of: int) -> float:
    return round(100 * count / of, 1) if of else 0.0
