"""What conditions mean: three-valued, read straight from what people wrote, and how each leaf was read.

The definition, kept apart from the lowering on purpose: they share no code. Pure, simple before
fast; used by tests, explanations and the production sample that checks the engine.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from math import isfinite

from shared.contracts.decision import LeafTrace
from shared.model.catalogue import Calendar
from shared.model.conditions import Condition, Connective, Leaf, Phrase, Side
from shared.model.rules import FactDef, FactSource
from shared.model.values import FactValue, Kind
from shared.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a condition may look at: one customer's facts, the previous evaluation's, the local day."""

    facts: Mapping[str, FactValue]
    previous: Mapping[str, FactValue]
    day: int
    table: Mapping[str, FactDef]
    calendars: Mapping[str, Calendar]

    def now(self, name: str) -> FactValue:
        """Return the fact's value, None if it is missing or not of its kind."""
        return _of_kind(self.table[name].kind, self.facts.get(name))

    def before(self, name: str) -> FactValue:
        """Return the value of the previous evaluation likewise."""
        return _of_kind(self.table[name].kind, self.previous.get(name))

    def change(self, name: str) -> float | None:
        """Return the percent change of a fact with a comparison window."""
        value = _of_kind(Kind.PERCENT, self.facts.get(f"{name}~change"))
        return value if isinstance(value, (int, float)) else None


def truth(condition: Condition, situation: Situation) -> bool | None:
    """Tell whether *condition* is true, false, or unknown (None) by Kleene's logic."""
    if isinstance(condition, Leaf):
        return _leaf(condition, situation)
    parts = [truth(part, situation) for part in condition.parts]
    if condition.connective is Connective.ALL:
        return _all(parts)
    found = _any(parts)
    if condition.connective is Connective.NONE:
        return None if found is None else not found
    return found


def trace(condition: Condition, situation: Situation) -> tuple[LeafTrace, ...]:
    """Return how each leaf was read, in the order they were written."""
    if isinstance(condition, Leaf):
        return (_traced(condition, situation),)
    return tuple(line for part in condition.parts for line in trace(part, situation))


def _all(parts: list[bool | None]) -> bool | None:
    if False in parts:
        return False
    return None if None in parts else True


def _any(parts: list[bool | None]) -> bool | None:
    if True in parts:
        return True
    return None if None in parts else False


def _of_kind(kind: Kind, value: FactValue) -> FactValue:
    if kind.is_numeric:
        fits = isinstance(value, (int, float)) and not isinstance(value, bool) and _finite(value)
    elif kind is Kind.BOOLEAN:
        fits = isinstance(value, bool)
    elif kind is Kind.TEXTS:
        fits = isinstance(value, (tuple, list))
    else:
        fits = isinstance(value, str) and (kind not in _DATES or _date_in(kind, value, 2000) is not None)
    return value if fits else None


def _finite(value: float) -> bool:
    return isinstance(value, int) or isfinite(value)


_DATES = (Kind.DATE, Kind.MONTH_DAY)


def _leaf(leaf: Leaf, situation: Situation) -> bool | None:
    if leaf.phrase is Phrase.WITHIN:
        distance = days_away(leaf, situation)
        return None if distance is None else distance <= leaf.values[0]  # type: ignore[operator]
    if leaf.phrase in (Phrase.ROSE, Phrase.FELL):
        change = situation.change(leaf.fact)
        return None if change is None else _SAYS[leaf.phrase](change, leaf.values)
    value = situation.now(leaf.fact)
    if leaf.phrase in (Phrase.KNOWN, Phrase.MISSING):
        return (value is not None) is (leaf.phrase is Phrase.KNOWN)
    if value is None:
        return None
    if leaf.phrase is Phrase.CHANGED:
        return _changed(leaf, situation.before(leaf.fact), value)
    return _SAYS[leaf.phrase](value, leaf.values)


def _changed(leaf: Leaf, before: FactValue, now: FactValue) -> bool:
    if before is None or _same(before, now):
        return False
    of, to = leaf.values or (None, None)
    return (of is None or before == of) and (to is None or now == to)


def _same(before: FactValue, now: FactValue) -> bool:
    if isinstance(before, (tuple, list)) and isinstance(now, (tuple, list)):
        return sorted(set(before)) == sorted(set(now))
    return before == now


def _among(value: FactValue, wanted: Iterable[object]) -> bool:
    if isinstance(value, (tuple, list)):
        return any(text in wanted for text in value)
    return value in wanted


_SAYS: Mapping[Phrase, Callable[..., bool]] = {
    Phrase.IS: _among,
    Phrase.IS_NOT: lambda value, wanted: not _among(value, wanted),
    Phrase.ONE_OF: _among,
    Phrase.NONE_OF: lambda value, wanted: not _among(value, wanted),
    Phrase.AT_LEAST: lambda value, of: value >= of[0],
    Phrase.MORE_THAN: lambda value, of: value > of[0],
    Phrase.AT_MOST: lambda value, of: value <= of[0],
    Phrase.LESS_THAN: lambda value, of: value < of[0],
    Phrase.BETWEEN: lambda value, of: of[0] <= value <= of[1],
    Phrase.ROSE: lambda value, of: value >= of[0],
    Phrase.FELL: lambda value, of: value <= -of[0],
}


def days_away(leaf: Leaf, situation: Situation) -> float | None:
    """Return the days that a ``within`` leaf compares; infinite for never (again), None for unknown.

    Before: to the first day of the next span; after: from the last day of the last one; around: to the
    nearest day of any, 0 inside.
    """
    day = situation.day
    spans = _spans(leaf, situation)
    if spans is None:
        return None
    distances: list[float] = [float("inf")]
    if leaf.side is not Side.AFTER:
        distances += [first - day for first, _ in spans if first >= day]
    if leaf.side is not Side.BEFORE:
        distances += [day - last for _, last in spans if last <= day]
    if leaf.side not in (Side.BEFORE, Side.AFTER):
        distances += [0 for first, last in spans if first <= day <= last]
    return min(distances)


def _spans(leaf: Leaf, situation: Situation) -> list[tuple[int, int]] | None:
    fact = situation.table[leaf.fact]
    if fact.source is FactSource.CALENDAR:
        periods = situation.calendars[leaf.fact].periods
        return [(p.first_day, p.last_day) for p in periods if leaf.entry in (None, p.name)]
    value = situation.now(leaf.fact)
    if value is None:
        return None
    year = date.fromordinal(situation.day).year
    years = range(max(1, year - 1), min(date.max.year, year + 1) + 1)
    found = {_date_in(fact.kind, str(value), each) for each in years}
    return [(each.toordinal(), each.toordinal()) for each in found if each]


def _date_in(kind: Kind, value: str, year: int) -> date | None:
    """The day a date (or a yearly month-day, in *year*) falls on; 29 February keeps to the 28th."""
    text = value if kind is Kind.DATE else f"{year:04d}-{value}"
    if kind is Kind.MONTH_DAY and value == "02-29":
        leap = date(year, 3, 1).toordinal() - date(year, 2, 1).toordinal() == 29
        text = f"{year:04d}-02-29" if leap else f"{year:04d}-02-28"
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _traced(leaf: Leaf, situation: Situation) -> LeafTrace:
    outcome = _leaf(leaf, situation)
    value: FactValue = situation.now(leaf.fact)
    if leaf.phrase in (Phrase.ROSE, Phrase.FELL):
        value = situation.change(leaf.fact)
    margin: float | None = None
    if leaf.phrase is Phrase.WITHIN:
        away = days_away(leaf, situation)
        value = None if away is None or away == float("inf") else int(away)
        margin = None if value is None else leaf.values[0] - value  # type: ignore[operator]
    elif isinstance(value, (int, float)) and not isinstance(value, bool):
        margin = _margin(leaf, value)
    return LeafTrace(leaf.fact, leaf.phrase.value, value, outcome, _threshold(leaf, value), margin)


def _margin(leaf: Leaf, value: float) -> float | None:
    """How far *value* is on the true side (≥ 0) or short of it (< 0); 0 at the edge on either side."""
    of = [limit for limit in leaf.values if isinstance(limit, (int, float))]
    measure = _MARGINS.get(leaf.phrase)
    if not measure or not of:
        return None
    try:
        return measure(value, of)
    except OverflowError:  # a whole number too large to subtract a fraction from
        return None


_MARGINS: Mapping[Phrase, Callable[[float, list[float]], float]] = {
    Phrase.AT_LEAST: lambda value, of: value - of[0],
    Phrase.MORE_THAN: lambda value, of: value - of[0],
    Phrase.ROSE: lambda value, of: value - of[0],
    Phrase.AT_MOST: lambda value, of: of[0] - value,
    Phrase.LESS_THAN: lambda value, of: of[0] - value,
    Phrase.FELL: lambda value, of: -value - of[0],
    Phrase.BETWEEN: lambda value, of: min(value - of[0], of[1] - value),
    Phrase.IS: lambda value, of: -abs(value - of[0]),
    Phrase.IS_NOT: lambda value, of: abs(value - of[0]),
}


def _threshold(leaf: Leaf, value: FactValue) -> FactValue:
    """What the value was held against; of ``between`` the nearer end, of lists their texts."""
    values = [limit for limit in leaf.values if limit is not None]
    if leaf.phrase is Phrase.BETWEEN and isinstance(value, (int, float)):
        return min(values, key=lambda limit: abs(value - limit))  # type: ignore[operator]
    if leaf.phrase in (Phrase.ONE_OF, Phrase.NONE_OF, Phrase.CHANGED):
        return tuple(map(str, values)) or None
    return values[0] if values else None
