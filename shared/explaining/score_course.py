"""How a customer's score came about, as JSON values: each day's change by trait, and what happened that day.

Reads the archive; every number is recorded, none is computed anew.
"""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.customer.local_time import LocalTime
from shared.customer.score_history import Part, Step, contribution, steps
from shared.explaining.archive import Archive

Answer = dict[str, Any]


def score_course(archive: Archive, customer: str, timezone: str) -> Answer | None:
    """The score now and its changes, the newest first; None if nothing was ever scored."""
    history = archive.score_history(customer)
    if history is None or not history.since:
        return None
    happened = _events_by_day(archive, customer, LocalTime(timezone))
    parts = history.parts()
    return {
        "customer": customer,
        "since": _iso(history.since),
        "score": sum(map(contribution, parts.values())) / 100,
        "traits": [
            {"trait": trait, **_part(part), "adds": contribution(part) / 100} for trait, part in parts.items()
        ],
        "changes": [_change(step, happened.get(step.day, {})) for step in steps(history)],
    }


def _change(step: Step, happened: Mapping[str, int]) -> Answer:
    return {
        "day": _iso(step.day),
        "before": step.before / 100,
        "after": step.after / 100,
        "change": (step.after - step.before) / 100,
        "moves": [
            {
                "trait": move.trait,
                "before": _part(move.before),
                "after": _part(move.after),
                "adds": move.adds / 100,
            }
            for move in step.moves
        ],
        "events": dict(happened),
    }


def _part(part: Part) -> Answer:
    return {"weight": part[0], "points": part[1]}


def _events_by_day(archive: Archive, customer: str, local: LocalTime) -> Mapping[int, Mapping[str, int]]:
    """How many events of each type happened on each local day."""
    found: dict[int, Counter[str]] = {}
    for event in archive.events(customer):
        found.setdefault(local.day_of(event.time), Counter())[event.type] += 1
    return found


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()
