"""Tests of a policy as they were written: suites, cases, points in time and what each expects.

Pure values, checked and typed by `reading`; nothing here runs anything.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.model.values import FactValue, Text, Value
from shared.policy.nodes import Span

RESOLVE_ALERT = "resolve_alert"


@dataclass(frozen=True, slots=True)
class Given:
    """Facts of a customer; None says that a fact is missing. *before*: values over the window before."""

    facts: Mapping[str, FactValue] = field(default_factory=dict)
    before: Mapping[str, float] = field(default_factory=dict)

    def with_changes(self, changes: "Given") -> "Given":
        """These facts, but for those that *changes* names."""
        before = {name: value for name, value in self.before.items() if name not in changes.facts}
        return Given({**self.facts, **changes.facts}, {**before, **changes.before})


@dataclass(frozen=True, slots=True)
class Happening:
    """An event at a point of a timeline."""

    type: str
    data: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Wanted:
    """One action: its kind, what it is about, and for `set` the value."""

    kind: str
    subject: str
    value: Value | None = None
    span: Span = field(default=Span(""), compare=False)

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.kind}: {self.subject}"
        value = str(self.value).lower() if isinstance(self.value, bool) else self.value
        return f"{self.kind}: {{{self.subject}: {value}}}"


@dataclass(frozen=True, slots=True)
class Named:
    """A word of a test and its place."""

    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Nearest:
    """A rule that does not act, and for each fact that keeps it how far that is from doing, as written."""

    rule: str
    missing: Mapping[str, str]
    span: Span


@dataclass(frozen=True, slots=True)
class Expectation:
    """What happens on a day. Without *actions*, and not *nothing*, nothing is said about actions."""

    span: Span
    actions: tuple[Wanted, ...] = ()
    nothing: bool = False
    because: tuple[Named, ...] = ()
    nearest: Nearest | None = None
    reason: Text = field(default_factory=dict)
    held: tuple[Named, ...] | None = None  # rules of which the cap holds a contact; None: nothing is said

    @property
    def speaks_of_actions(self) -> bool:
        """Whether the day's actions are told at all."""
        return self.nothing or bool(self.actions)


@dataclass(frozen=True, slots=True)
class Point:
    """One day of a timeline: what becomes of the facts or which events come, and what is expected."""

    offset: int
    span: Span
    given: Given = field(default_factory=Given)
    events: tuple[Happening, ...] = ()
    expect: Expectation | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One test: a customer as given at first, and the days looked at, in order."""

    name: str
    span: Span
    customer: str
    given: Given
    points: tuple[Point, ...]

    @property
    def has_events(self) -> bool:
        """Whether metrics, traits and score are computed from events instead of given."""
        return any(point.events for point in self.points)


@dataclass(frozen=True, slots=True)
class Suite:
    """One file of tests. *now* is the instant of ``+0d``; without *policies* all are judged."""

    name: str
    file: str
    now: str
    policies: tuple[str, ...]
    cases: tuple[Case, ...]
    customers: Mapping[str, Given] = field(default_factory=dict)

    @property
    def is_complete(self) -> bool:
        """Whether an expectation names every action, not only some."""
        return bool(self.policies)
