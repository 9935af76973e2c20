"""Columns: the named, typed cells that conditions are tested on, and how facts fill them.

A plain fact is a column of its own name; phrases that look at more than a value read derived columns
(``stage~changed``, ``birthday~until``, ``groups~has:vip``). A fact that is missing, or not of its declared
kind, leaves its column out. Pure; dates come as ordinals of local days.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Any

from shared.model.catalogue import Calendar
from shared.model.conditions import Side
from shared.model.values import FactValue, Kind, Value
from shared.policy import occurrences
from shared.policy.occurrences import Occurrences

Row = dict[str, Value]


class View(str, Enum):
    """What a column shows of its fact."""

    VALUE = ""  # the value itself; of a list, only that it is known
    CHANGED = "changed"  # whether it differs from the previous evaluation, from one value to another if given
    CHANGE = "change"  # percent against the window before, supplied as a fact of this very name
    UNTIL = "until"  # days to the next first day
    SINCE = "since"  # days since the last end
    NEAR = "near"  # days to the nearest occurrence, 0 inside
    HAS = "has"  # whether a list contains the text
    IN = "in"  # whether the value (any value of a list) is one of several


SIDES = {View.UNTIL: Side.BEFORE, View.SINCE: Side.AFTER, View.NEAR: Side.AROUND}
VIEWS = {side: view for view, side in SIDES.items()}


@dataclass(frozen=True, slots=True)
class Column:
    """One view of one fact.

    *detail*: a calendar's entry, a list's text, the values of IN, from and to of CHANGED (None: any).
    """

    fact: str
    kind: Kind
    view: View = View.VALUE
    detail: tuple[Value | None, ...] = ()

    @property
    def name(self) -> str:
        """The name tests use: ``fact``, ``fact~view`` or ``fact~view:detail``."""
        if self.view is View.VALUE:
            return self.fact
        detail = (
            ":" + "|".join(map(repr if self.view is View.IN else str, self.detail)) if self.detail else ""
        )
        return f"{self.fact}~{self.view.value}{detail}"

    @property
    def reads(self) -> str:
        """The fact this column is filled from."""
        return self.name if self.view is View.CHANGE else self.fact


@dataclass(frozen=True, slots=True)
class Crossing:
    """A date column and a number of days it is compared with."""

    column: Column
    days: int


Reader = Callable[[Mapping[str, FactValue], Mapping[str, FactValue], int], Value | None]


class Columns:
    """Fills a fixed set of columns from facts; compiled once, projected for every evaluation."""

    def __init__(
        self,
        columns: Iterable[Column],
        calendars: Mapping[str, Calendar],
        crossings: Collection[Crossing] = (),
    ) -> None:
        self.names = frozenset(column.name for column in columns)
        ordered = sorted(set(columns), key=lambda column: column.name)
        self._calendars = calendars
        self._dated: dict[str, Occurrences] = {}
        for column in ordered:
            if column.view in SIDES and column.fact in calendars:
                self._dated[column.name] = self._calendar(column)
        self._crossings = tuple(crossings)
        self._turns = {each: self._turns_of(each) for each in crossings if each.column.name in self._dated}
        self.project = _compile(ordered, self._reader)
        """``project(facts, previous, day) -> row``: every column that is known, by name."""

    def _calendar(self, column: Column) -> Occurrences:
        entry = str(column.detail[0]) if column.detail else None
        return occurrences.of_periods(self._calendars[column.fact].periods, entry)

    def next_days(
        self, facts: Mapping[str, FactValue], day: int, crossings: Iterable[Crossing] | None = None
    ) -> int | None:
        """Return the next day after *day* on which a date column may cross a number it is compared with.

        With *crossings* only these are looked at.
        """
        wanted = self._crossings if crossings is None else crossings
        turns = (self._turn(crossing, facts, day) for crossing in wanted)
        return min((turn for turn in turns if turn is not None), default=None)

    def _turn(self, crossing: Crossing, facts: Mapping[str, FactValue], day: int) -> int | None:
        turns = self._turns.get(crossing)
        if turns is not None:
            return occurrences.next_of(turns, day)
        column = crossing.column
        dates = _dates(facts.get(column.fact), column.kind, day)
        return dates.turn(SIDES[column.view], crossing.days, day) if dates else None

    def _turns_of(self, crossing: Crossing) -> tuple[int, ...]:
        column = crossing.column
        return self._dated[column.name].turns(SIDES[column.view], crossing.days)

    def _reader(self, column: Column) -> Reader:
        dated = self._dated.get(column.name)
        if dated is not None:
            distance = dated.distance(SIDES[column.view])
            return lambda facts, previous, day: distance(day)
        return _READERS[column.view](column)


def readable(kind: Kind, value: FactValue) -> bool:
    """Tell whether *value* is a known value of *kind*; anything else counts as missing, never as zero."""
    if kind.is_numeric:
        return type(value) is int or (type(value) is float and value - value == 0.0)
    if kind is Kind.BOOLEAN:
        return type(value) is bool
    if kind is Kind.TEXTS:
        return type(value) in (tuple, list)
    if type(value) is not str:
        return False
    return occurrences.is_date(kind, value) if kind in (Kind.DATE, Kind.MONTH_DAY) else True


def _dates(value: FactValue, kind: Kind, day: int) -> Occurrences | None:
    if type(value) is not str:
        return None
    return occurrences.of_value(kind, value, date.fromordinal(day).year)


def _changed(column: Column) -> Reader:
    fact, kind = column.fact, column.kind
    of, to = column.detail

    def changed(facts: Mapping[str, FactValue], previous: Mapping[str, FactValue], day: int) -> Value | None:
        now, then = facts.get(fact), previous.get(fact)
        if not readable(kind, now):
            return None
        if not readable(kind, then):
            return False
        if isinstance(now, (tuple, list)) and isinstance(then, (tuple, list)):
            return set(now) != set(then)
        return now != then and of in (None, then) and to in (None, now)

    return changed


def _change(column: Column) -> Reader:
    name = column.name

    def change(facts: Mapping[str, FactValue], previous: Mapping[str, FactValue], day: int) -> Value | None:
        value = facts.get(name)
        return value if readable(Kind.PERCENT, value) else None  # type: ignore[return-value]

    return change


def _distance(column: Column) -> Reader:
    fact, kind, side = column.fact, column.kind, SIDES[column.view]

    def distance(facts: Mapping[str, FactValue], previous: Mapping[str, FactValue], day: int) -> Value | None:
        dates = _dates(facts.get(fact), kind, day)
        return dates.distance(side)(day) if dates else None

    return distance


def _member(column: Column) -> Reader:
    fact, kind, wanted = column.fact, column.kind, frozenset(column.detail)

    def member(facts: Mapping[str, FactValue], previous: Mapping[str, FactValue], day: int) -> Value | None:
        value = facts.get(fact)
        if not readable(kind, value):
            return None
        return not wanted.isdisjoint(value) if isinstance(value, (tuple, list)) else value in wanted

    return member


_READERS: Mapping[View, Callable[[Column], Reader]] = {
    View.CHANGED: _changed,
    View.CHANGE: _change,
    View.UNTIL: _distance,
    View.SINCE: _distance,
    View.NEAR: _distance,
    View.HAS: _member,
    View.IN: _member,
}


def _compile(columns: list[Column], reader: Callable[[Column], Reader]) -> Callable[..., Row]:
    """Write one straight function for all columns: it runs for every evaluation.

    Names enter only as literals made by `repr`, never as source text.
    """
    scope: dict[str, Any] = {"readable": readable, "Kind": Kind}
    lines = ["def project(facts, previous, day):", " get = facts.get", " row = {}"]
    for number, column in enumerate(columns):
        if column.view is View.VALUE:
            lines += _plain(column)
        else:
            scope[f"read{number}"] = reader(column)
            lines += [
                f" v = read{number}(facts, previous, day)",
                f" if v is not None: row[{column.name!r}] = v",
            ]
    exec("\n".join([*lines, " return row"]), scope)  # noqa: S102  # made of our own literals only
    project: Callable[..., Row] = scope["project"]
    return project


def _plain(column: Column) -> list[str]:
    kind, name, cell = column.kind, repr(column.fact), "v"
    if kind.is_numeric:
        known = "type(v) is int or type(v) is float and v - v == 0.0"
    elif kind is Kind.BOOLEAN:
        known = "v is True or v is False"
    elif kind in (Kind.TEXT, Kind.CHOICE):
        known = "type(v) is str"
    else:
        known = f"readable(Kind.{kind.name}, v)"
        cell = "True" if kind is Kind.TEXTS else "v"
    return [f" v = get({name})", f" if {known}: row[{name}] = {cell}"]
