"""Conditions as rule files state them, and the small typed tests that engines run.

Pure declarations. `Leaf` and `Group` keep what people wrote; `Test` and `Junction` are what
`shared.policy.lowering` makes of them: two-valued, typed, negation already at the leaves.
"""

from dataclasses import dataclass
from enum import Enum

from shared.model.values import Value


class Phrase(str, Enum):
    """The closed list of things a leaf may say about a fact (the canonical English wording)."""

    IS = "is"
    IS_NOT = "is not"
    AT_LEAST = "at least"
    MORE_THAN = "more than"
    AT_MOST = "at most"
    LESS_THAN = "less than"
    BETWEEN = "between"
    ONE_OF = "one of"
    NONE_OF = "none of"
    KNOWN = "is known"
    MISSING = "is missing"
    CHANGED = "changed"
    WITHIN = "within"
    ROSE = "rose by at least"
    FELL = "fell by at least"


class Side(str, Enum):
    """Where the days of a `within` lie, seen from the date fact."""

    BEFORE = "before"
    AFTER = "after"
    AROUND = "around"


@dataclass(frozen=True, slots=True)
class Leaf:
    """``fact: phrase``.

    *values*: one for IS/IS_NOT/comparisons/ROSE/FELL (percent), two for BETWEEN (both ends included)
    and CHANGED (from, to; either may be ``None`` for "anything"), any number for ONE_OF/NONE_OF, the
    number of days for WITHIN. *entry* limits a calendar's WITHIN to its periods of that name.
    """

    fact: str
    phrase: Phrase
    values: tuple[Value | None, ...] = ()
    side: Side | None = None
    entry: str | None = None


class Connective(str, Enum):
    """How the parts of a group combine."""

    ALL = "all"
    ANY = "any"
    NONE = "none"  # not any


@dataclass(frozen=True, slots=True)
class Group:
    """``all:``, ``any:`` or ``none:`` over at least one part."""

    connective: Connective
    parts: tuple["Condition", ...]


Condition = Leaf | Group


class Comparison(str, Enum):
    """What a `Test` asks of one column."""

    EQ = "=="
    NE = "!="
    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    KNOWN = "known"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Test:
    """A two-valued, typed test of one column.

    EQ, NE and the orderings hold only when the column is known and of the type of *value* (number, text,
    boolean); orderings are for numbers only. KNOWN and MISSING take no value.
    """

    __test__ = False  # not a pytest class

    column: str
    comparison: Comparison
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Junction:
    """All (`conjunction`) or at least one of the parts hold. ``Junction(True, ())`` is always true."""

    conjunction: bool
    parts: tuple["Proposition", ...]


Proposition = Test | Junction
