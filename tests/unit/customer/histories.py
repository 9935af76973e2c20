"""Random histories of one customer around days that are hard: clock changes and 29 February."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from shared.customer.apply import apply
from shared.customer.assess import CustomerModel
from shared.customer.state import CustomerState

ZONES = ("Europe/London", "Asia/Shanghai", "America/New_York")
STARTS = ("2010-03-01", "2010-10-10", "2012-02-10", "2023-12-20")


@dataclass(frozen=True)
class Happening:
    id: str
    source: str
    type: str
    time: str
    data: dict[str, Any] = field(default_factory=dict)


def purchase(time: str, amount: int = 100, **data: Any) -> Happening:
    return Happening(f"p-{time}", "shop", "purchase", time, {"amount": amount, **data})


def happening(kind: str, time: str, **data: Any) -> Happening:
    return Happening(f"{kind}-{time}", "desk", kind, time, data)


def rfc3339(start: str, minutes: int) -> str:
    instant = datetime.fromisoformat(start).replace(tzinfo=timezone.utc) + timedelta(minutes=minutes)
    return instant.isoformat().replace("+00:00", "Z")


_COUNTRIES = st.sampled_from(["uk", "fr", "de"])
_WEIGHTS = st.sampled_from([0.1, 0.2, 0.30000001, 3, 3.0, 7.25])
_DATA = {
    "purchase": st.fixed_dictionaries(
        {"amount": st.sampled_from([1, 499, 500, 750, 900, 901, 1200])},
        optional={"country": _COUNTRIES, "weight": _WEIGHTS},
    ),
    "return": st.fixed_dictionaries({}, optional={"amount": st.sampled_from([1, 500, 2000])}),
    "care.given": st.just({}),
    "trait.assessed": st.fixed_dictionaries(
        {"trait": st.sampled_from(["advocacy", "steadfastness"]), "points": st.integers(0, 100)}
    ),
    "customer.updated": st.fixed_dictionaries(
        {},
        optional={
            "birthday": st.sampled_from(["02-29", "12-31"]),
            "owner": st.sampled_from(["ann", "li", None]),
            "topics": st.just(["tea", "travel"]),
        },
    ),
}
_TYPES = ["purchase"] * 5 + ["return", "care.given", "care.given", "trait.assessed", "customer.updated"]


@st.composite
def histories(draw: st.DrawFn, days: int = 130, most: int = 25) -> tuple[str, list[Happening]]:
    """A start and the events after it, in no order; times collide on purpose."""
    start = draw(st.sampled_from(STARTS))
    minutes = st.one_of(st.integers(0, days * 24 * 60), st.integers(0, days * 4).map(lambda six: six * 360))
    events = []
    for number in range(draw(st.integers(0, most))):
        kind = draw(st.sampled_from(_TYPES))
        source = draw(st.sampled_from(["desk", "shop"]))
        time = rfc3339(start, draw(minutes))
        events.append(Happening(f"{number:03}", source, kind, time, draw(_DATA[kind])))
    return start, events


def lived(model: CustomerModel, events: Iterable[Happening]) -> CustomerState:
    state = model.measures.new_customer()
    for event in events:
        apply(event, state, model.measures)
    return state
