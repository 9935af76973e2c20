"""Daily buckets of one series of events: what is kept per local day, and how an event joins it.

Pure. Every column of a bucket merges in any order to the same value, so late and shuffled events
leave the same buckets as sorted ones. Buckets are plain lists of JSON values, column by column:
``[days, counts, *columns]``, days ascending.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from shared.model.catalogue import Catalogue, Filter, Series
from shared.model.values import Kind, Value

Columns = list[list[Any]]
"""Buckets of one series; empty until its first event."""

Key = tuple[str, str, str]
"""(stamp, source, id): the order of events."""

DAYS, COUNTS, FIRST_COLUMN = 0, 1, 2

MICRO = 1_000_000
"""Totals of fields with decimals are kept in whole millionths: float sums depend on their order."""


class Column(IntEnum):
    """What a bucket may keep besides its day and its number of events."""

    TOTAL = 0
    LOW = 1
    HIGH = 2
    VALUES = 3  # the distinct values, sorted
    LATEST = 4  # [stamp, source, id, value] of the latest event
    FIRST_STAMP = 5
    LAST_STAMP = 6


@dataclass(frozen=True, slots=True)
class Bucketing:
    """A series with the columns its metrics need, in order, and the scale of its totals."""

    series: Series
    columns: tuple[Column, ...]
    scale: int

    def position(self, column: Column) -> int:
        """Where *column* stands in the buckets."""
        return FIRST_COLUMN + self.columns.index(column)

    def add(self, buckets: Columns, day: int, value: Value, key: Key) -> None:
        """Count one event with *value* into the bucket of *day*."""
        if not buckets:
            buckets.extend([] for _ in range(FIRST_COLUMN + len(self.columns)))
        at = _bucket(buckets, day)
        buckets[COUNTS][at] += 1
        for position, column in enumerate(self.columns, FIRST_COLUMN):
            cells = buckets[position]
            cells[at] = _MERGES[column](cells[at], self._cell(column, value), key)

    def _cell(self, column: Column, value: Value) -> Value:
        return _scaled(value, self.scale) if column is Column.TOTAL and self.scale != 1 else value


def _bucket(buckets: Columns, day: int) -> int:
    """Return the index of *day*'s bucket, opened if need be."""
    days = buckets[DAYS]
    at = len(days) - 1 if days and days[-1] == day else bisect_left(days, day)
    if at == len(days) or days[at] != day:
        days.insert(at, day)
        buckets[COUNTS].insert(at, 0)
        for cells in buckets[FIRST_COLUMN:]:
            cells.insert(at, None)
    return at


def _scaled(value: Value, scale: int) -> int:
    """*value* in whole units of 1/scale; whole part apart, so that no size of number overflows."""
    whole = int(value)
    if isinstance(value, str):  # a total is only declared for numbers
        return whole * scale
    return whole * scale + round((value - whole) * scale)


def _merge_total(old: int | None, value: int, _: Key) -> int:
    return value if old is None else old + value


def _merge_low(old: Any, value: Any, _: Key) -> Any:
    return value if old is None or value < old else old


def _merge_high(old: Any, value: Any, _: Key) -> Any:
    return value if old is None or value > old else old


def _merge_values(old: list[Value] | None, value: Value, _: Key) -> list[Value]:
    if old is None:
        return [value]
    return old if value in old else sorted([*old, value], key=_text_order)


def _text_order(value: Value) -> tuple[bool, float, str]:
    """Numbers before text: a series may take fields of several kinds."""
    return (True, 0, value) if isinstance(value, str) else (False, value, "")


def _merge_latest(old: list[Any] | None, value: Value, key: Key) -> list[Any]:
    return [*key, value] if old is None or list(key) > old[:3] else old


def _merge_first_stamp(old: str | None, _: Value, key: Key) -> str:
    return key[0] if old is None or key[0] < old else old


def _merge_last_stamp(old: str | None, _: Value, key: Key) -> str:
    return key[0] if old is None or key[0] > old else old


_MERGES: Mapping[Column, Callable[[Any, Any, Key], Any]] = {
    Column.TOTAL: _merge_total,
    Column.LOW: _merge_low,
    Column.HIGH: _merge_high,
    Column.VALUES: _merge_values,
    Column.LATEST: _merge_latest,
    Column.FIRST_STAMP: _merge_first_stamp,
    Column.LAST_STAMP: _merge_last_stamp,
}


@dataclass(frozen=True, slots=True)
class Term:
    """How one event type enters one series: which field is taken, with which sign, under which filters."""

    series: int  # index among the measures' series
    field: str | None
    sign: int
    decimal: bool  # the field may have decimals: 3 and 3.0 are one value
    tests: tuple[Callable[[Mapping[str, Any]], bool], ...]

    def value_in(self, data: Mapping[str, Any]) -> Value | None:
        """Return what the event adds, or None when it has no such field or a filter leaves it out."""
        for test in self.tests:
            if not test(data):
                return None
        if self.field is None:
            return self.sign
        value: Value | None = data.get(self.field)
        if value is None or isinstance(value, str):
            return value
        return self.sign * (float(value) if self.decimal else value)


def compile_test(condition: Filter) -> Callable[[Mapping[str, Any]], bool]:
    """Return the `where` filter as a test of an event's data. A missing field never passes."""
    name, values, low, high = condition.field, condition.values, condition.minimum, condition.maximum

    def one_of(data: Mapping[str, Any]) -> bool:
        value = data.get(name)
        return any(item in values for item in value) if isinstance(value, list) else value in values

    def within(data: Mapping[str, Any]) -> bool:
        value = data.get(name)
        if not isinstance(value, (int, float)):
            return False
        return (low is None or value >= low) and (high is None or value <= high)

    return one_of if values else within


_DECIMAL = frozenset({Kind.NUMBER, Kind.PERCENT})


def field_kind(catalogue: Catalogue, event: str, field: str | None) -> Kind | None:
    """Return the declared kind of an event's field."""
    return None if field is None else catalogue.events[event].fields[field].kind


def is_decimal(kind: Kind | None) -> bool:
    """Whether values of *kind* may have decimals."""
    return kind in _DECIMAL
