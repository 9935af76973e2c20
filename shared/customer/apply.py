"""Take one event into a customer's state.

Pure but for the state handed in, which changes in place. Late events land in the bucket of their own
local day. Dropping replays is the caller's part: an event applied twice counts twice.
"""

from collections.abc import Mapping
from typing import Any, Protocol

from shared.customer.file import WHOLE_FILE
from shared.customer.local_time import later, stamp
from shared.customer.measures import Measures
from shared.customer.profile import revise
from shared.customer.series import Key
from shared.customer.state import CustomerState, HandRating

ASSESSED = "trait.assessed"
"""A person rates a trait: ``trait``, ``points`` 0–100, ``assessor``, ``evidence``."""

CONFIRMED = "fields"
"""Of an event that confirms the file: the fields it names. Without it the whole file was found right."""


class Event(Protocol):
    """The part of a CloudEvent that counts; *time* is RFC 3339 in UTC, *data* validated and normalised."""

    @property
    def id(self) -> str:
        """Unique within its source."""

    @property
    def source(self) -> str:
        """Who published it."""

    @property
    def type(self) -> str:
        """Declared in events.yaml."""

    @property
    def time(self) -> str:
        """When it happened."""

    @property
    def data(self) -> Mapping[str, Any]:
        """Its fields."""


def apply(event: Event, state: CustomerState, measures: Measures) -> None:
    """Change *state* to what is known after *event*.

    Raises StaleBucketsError when the state's buckets were built with other definitions.
    """
    intake = measures.intake
    intake.expect(state)
    time = event.time
    day = intake.local_time.day_of(time)
    key = (stamp(time), event.source, event.id)
    _count(event, state, measures, day, key)
    if event.type in intake.profile_events:
        revise(state.profile, key, event.data)
        state.file = None
    if event.type in intake.confirming_events:
        _confirm(state, event.data, day)
    if event.type == ASSESSED:
        _rate(state, event.data, day, key)
    state.events += 1
    state.last_event = later(state.last_event, time)
    if not state.first_event or key[0] < stamp(state.first_event):
        state.first_event = time
    state.advance(time, day)


def _count(event: Event, state: CustomerState, measures: Measures, day: int, key: Key) -> None:
    touched = []
    for term in measures.intake.terms.get(event.type, ()):
        value = term.value_in(event.data)
        if value is not None:
            measures.intake.series[term.series].add(state.series[term.series], day, value, key)
            touched.append(term.series)
    if touched and state.views is not None:
        state.views.forget(touched)


def _rate(state: CustomerState, data: Mapping[str, Any], day: int, key: Key) -> None:
    """Keep the latest rating of each trait."""
    trait = data["trait"]
    known = state.assessments.get(trait)
    if known is None or (known.stamp, known.source, known.id) < key:
        assessor, evidence = data.get("assessor") or "", data.get("evidence") or ""
        state.assessments[trait] = HandRating(round(data["points"]), day, *key, assessor, evidence)


def _confirm(state: CustomerState, data: Mapping[str, Any], day: int) -> None:
    """Keep the last day on which the file, or each field that the event names, was found right."""
    named = data.get(CONFIRMED)
    for name in (WHOLE_FILE,) if named is None else named:
        state.confirmed[name] = max(day, state.confirmed.get(name, 0))
    state.file = None
