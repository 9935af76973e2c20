"""What each phrase of the language says, as typed tests: when it is true, when false, when unknown.

Pure. One function per family of phrases; how leaves combine is `shared.policy.lowering`.

Every phrase reads one column; where that is missing the leaf is unknown, but for ``is known`` and ``is
missing``, which never are. ``changed`` compares with the
previous evaluation: where that one knew no value there was no change, so it is false, not unknown; learning
a value is not a change. ``within N days before`` counts to the first day of a date or period, ``after`` from
its last day, ``of`` (around) both ways and inside; both ends are included, so the day itself always counts.
A date that does not come again is false, not unknown.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from shared.errors import StopError
from shared.model.conditions import Comparison, Junction, Leaf, Phrase, Proposition, Side, Test
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind, Value
from shared.policy.columns import VIEWS, Column, View

ALWAYS = Junction(True, ())
NEVER_TRUE = Junction(False, ())
FEW = 4
"""Up to so many values ``one of`` is spelt out; more are looked up in one column, so that a long list
does not multiply an engine's alternatives."""


class LoweringError(StopError):
    """A condition that the checker should have refused: a fault in the code, not in the rule file."""

    code = "lowering"


@dataclass(frozen=True, slots=True)
class Sense:
    """A leaf in two-valued terms. Of *true*, *false* and *unknown* exactly one holds for any facts."""

    true: Proposition
    false: Proposition
    unknown: Proposition
    columns: tuple[Column, ...]


def sense(leaf: Leaf, facts: Mapping[str, FactDef]) -> Sense:
    """Return what *leaf* says about its fact, which *facts* must declare."""
    fact = facts.get(leaf.fact)
    if fact is None:
        raise LoweringError(f'"{leaf.fact}" is not a fact')
    if fact.source is FactSource.CALENDAR and leaf.phrase is not Phrase.WITHIN:
        raise LoweringError(f'"{leaf.fact}" is a calendar: only "within" can be asked of it')
    return _FAMILIES[leaf.phrase](leaf, fact)


def both(*parts: Proposition) -> Proposition:
    """All of *parts*."""
    return parts[0] if len(parts) == 1 else Junction(True, parts)


def either(*parts: Proposition) -> Proposition:
    """At least one of *parts*."""
    return parts[0] if len(parts) == 1 else Junction(False, parts)


def _opposite(said: Sense) -> Sense:
    return Sense(said.false, said.true, said.unknown, said.columns)


def _of_column(column: Column, true: Proposition, false: Proposition) -> Sense:
    return Sense(true, false, Test(column.name, Comparison.MISSING), (column,))


def _compared(column: Column, comparison: Comparison, value: Value) -> Sense:
    name = column.name
    return _of_column(column, Test(name, comparison, value), Test(name, _NEGATED[comparison], value))


def _is(leaf: Leaf, fact: FactDef) -> Sense:
    (value,) = _values(leaf, fact, count=1)
    if fact.kind is Kind.TEXTS:
        return _compared(Column(fact.name, fact.kind, View.HAS, (value,)), Comparison.EQ, value=True)
    return _compared(_plain(fact), Comparison.EQ, value)


def _ordered(leaf: Leaf, fact: FactDef) -> Sense:
    (value,) = _values(leaf, fact, count=1)
    return _compared(_plain(_numeric(leaf, fact)), _ORDERINGS[leaf.phrase], value)


def _between(leaf: Leaf, fact: FactDef) -> Sense:
    low, high = _values(leaf, fact, count=2)
    column = _plain(_numeric(leaf, fact))
    name = column.name
    return _of_column(
        column,
        both(Test(name, Comparison.GE, low), Test(name, Comparison.LE, high)),
        either(Test(name, Comparison.LT, low), Test(name, Comparison.GT, high)),
    )


def _one_of(leaf: Leaf, fact: FactDef) -> Sense:
    values = _values(leaf, fact)
    if fact.kind is Kind.TEXTS or not 1 <= len(values) <= FEW:
        return _compared(Column(fact.name, fact.kind, View.IN, values), Comparison.EQ, value=True)
    column = _plain(fact)
    return _of_column(
        column,
        either(*(Test(column.name, Comparison.EQ, value) for value in values)),
        both(*(Test(column.name, Comparison.NE, value) for value in values)),
    )


def _known(leaf: Leaf, fact: FactDef) -> Sense:
    column = _plain(fact)
    known, missing = Test(column.name, Comparison.KNOWN), Test(column.name, Comparison.MISSING)
    return Sense(known, missing, NEVER_TRUE, (column,))


def _changed(leaf: Leaf, fact: FactDef) -> Sense:
    of, to = leaf.values or (None, None)
    if fact.kind is Kind.TEXTS and (of, to) != (None, None):
        raise LoweringError(f'"{leaf.fact}" is a list: "changed" cannot name values of it')
    _values(Leaf(leaf.fact, leaf.phrase, tuple(value for value in (of, to) if value is not None)), fact)
    return _compared(Column(fact.name, fact.kind, View.CHANGED, (of, to)), Comparison.EQ, value=True)


def _within(leaf: Leaf, fact: FactDef) -> Sense:
    column = dated(leaf, fact)
    (days,) = leaf.values
    if type(days) is not int or days < 0:
        raise LoweringError(f'"{leaf.fact}": "within" takes a whole number of days')
    return _compared(column, Comparison.LE, days)


def dated(leaf: Leaf, fact: FactDef) -> Column:
    """Return the column of days that a ``within`` leaf compares."""
    if fact.kind not in (Kind.DATE, Kind.MONTH_DAY):
        raise LoweringError(f'"{leaf.fact}" is not a date')
    detail = () if leaf.entry is None else (leaf.entry,)
    return Column(fact.name, fact.kind, VIEWS[leaf.side or Side.AROUND], detail)


def _trend(leaf: Leaf, fact: FactDef) -> Sense:
    (percent,) = _values(leaf, _numeric(leaf, fact), count=1)
    column = Column(fact.name, Kind.PERCENT, View.CHANGE)
    if leaf.phrase is Phrase.ROSE:
        return _compared(column, Comparison.GE, percent)
    return _compared(column, Comparison.LE, -percent)  # type: ignore[operator]  # numeric facts take numbers


def _plain(fact: FactDef) -> Column:
    return Column(fact.name, fact.kind)


def _numeric(leaf: Leaf, fact: FactDef) -> FactDef:
    if not fact.kind.is_numeric:
        raise LoweringError(f'"{leaf.fact}" is not a number: "{leaf.phrase.value}" cannot be asked of it')
    return fact


def _values(leaf: Leaf, fact: FactDef, count: int | None = None) -> tuple[Value, ...]:
    types = _TYPES.get(fact.kind, (int, float) if fact.kind.is_numeric else (str,))
    values = tuple(value for value in leaf.values if value is not None and type(value) in types)
    if len(values) != len(leaf.values) or count not in (None, len(values)):
        raise LoweringError(f'"{leaf.fact}: {leaf.phrase.value}" does not take {leaf.values!r}')
    return values


_TYPES: Mapping[Kind, tuple[type, ...]] = {Kind.BOOLEAN: (bool,)}

_NEGATED = {
    Comparison.EQ: Comparison.NE,
    Comparison.NE: Comparison.EQ,
    Comparison.LT: Comparison.GE,
    Comparison.GE: Comparison.LT,
    Comparison.GT: Comparison.LE,
    Comparison.LE: Comparison.GT,
}
_ORDERINGS = {
    Phrase.AT_LEAST: Comparison.GE,
    Phrase.MORE_THAN: Comparison.GT,
    Phrase.AT_MOST: Comparison.LE,
    Phrase.LESS_THAN: Comparison.LT,
}
_FAMILIES: Mapping[Phrase, Callable[[Leaf, FactDef], Sense]] = {
    Phrase.IS: _is,
    Phrase.IS_NOT: lambda leaf, fact: _opposite(_is(leaf, fact)),
    **dict.fromkeys(_ORDERINGS, _ordered),
    Phrase.BETWEEN: _between,
    Phrase.ONE_OF: _one_of,
    Phrase.NONE_OF: lambda leaf, fact: _opposite(_one_of(leaf, fact)),
    Phrase.KNOWN: _known,
    Phrase.MISSING: lambda leaf, fact: _opposite(_known(leaf, fact)),
    Phrase.CHANGED: _changed,
    Phrase.WITHIN: _within,
    Phrase.ROSE: _trend,
    Phrase.FELL: _trend,
}
