"""The result of a backtest as one JSON document, the same to the byte for the same events and releases.

Pure. No time or place of the run is in it. Its digest is what approvals sign.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import orjson

from shared.backtest.acts import ALERT, TASK
from shared.backtest.gates import Gate, by_day, cost_by_day, cost_of, judged, narrower
from shared.backtest.moves import CHANGES, Move
from shared.backtest.sides import Sides
from shared.backtest.tally import Tally

FORMAT = 1

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Window:
    """Which days were compared, and in which order: ``log`` or ``event-time``."""

    first_day: int
    last_day: int
    order: str


def report(compared: Sides, tally: Tally, window: Window, samples: Sequence[Json]) -> Json:
    """The whole report with its digest."""
    costs = compared.candidate.bundle.costs or compared.base.bundle.costs
    moved = len({move.customer for move in tally.moves})
    gates = narrower(compared.base.bundle.gates, compared.candidate.bundle.gates)
    found: Json = {
        "format": FORMAT,
        "release": compared.candidate.bundle.digest,
        "base": compared.base.bundle.digest,
        "names": {"release": compared.candidate.bundle.name, "base": compared.base.bundle.name},
        "window": _window(window, tally),
        "passed": True,
        "gates": [_gate(gate) for gate in judged(gates, tally, moved, costs)],
        "moved": moved,
        "impact_percent": _percent(moved, tally.customers),
        "tiers": _tiers(tally),
        "actions": _actions(tally, costs),
        "customers": _customers(tally),
        "days": _days(tally, costs),
        "flips": _flips(tally),
        "rules": _rules(compared, tally),
        "changed_facts": compared.changes.facts,
        "samples": list(samples),
    }
    found["passed"] = all(gate["passed"] for gate in found["gates"])
    return {**found, "digest": digest(found)}


def digest(found: Mapping[str, Any]) -> str:
    """The SHA-256 of a report without its digest."""
    plain = {name: value for name, value in found.items() if name != "digest"}
    return sha256(written(plain)).hexdigest()


def written(found: Mapping[str, Any]) -> bytes:
    """The canonical form: sorted keys, no spaces."""
    return orjson.dumps(found, option=orjson.OPT_SORT_KEYS)


def _window(window: Window, tally: Tally) -> Json:
    return {
        "from": _iso(window.first_day),
        "to": _iso(window.last_day),
        "days": window.last_day - window.first_day + 1,
        "order": window.order,
        "customers": tally.customers,
        "events": tally.events,
        "events_digest": f"{tally.fingerprint:064x}",
    }


def _gate(gate: Gate) -> Json:
    return {"gate": gate.name, "limit": gate.limit, "measured": gate.measured, "passed": gate.passed}


def _tiers(tally: Tally) -> Json:
    matrix = [
        {"base": base, "candidate": candidate, "customers": count}
        for (base, candidate), count in sorted(tally.tiers.items())
    ]
    return {"at_the_end": matrix, **{change: _moves(tally.moves, change) for change in CHANGES}}


def _moves(moves: Iterable[Move], change: str) -> list[Json]:
    return [
        {
            "customer": move.customer,
            "tier": move.tier,
            "base_day": _iso(move.base_day),
            "candidate_day": _iso(move.candidate_day),
            "days": move.days,
            "day": _iso(move.day),
            "rule": move.rule,
            "blame": move.blame,
        }
        for move in moves
        if move.change == change
    ]


def _actions(tally: Tally, costs: Mapping[str, int]) -> list[Json]:
    """What was ordered by kind and name, before and after, and what it costs."""
    rows = []
    for kind, name in sorted({(kind, name) for kind, name, _ in tally.acts}):
        base, candidate = tally.acts[kind, name, False], tally.acts[kind, name, True]
        cost = cost_of(kind, name, costs)
        rows.append(
            {
                "kind": kind,
                "name": name,
                "base": base,
                "candidate": candidate,
                "base_customers": tally.reached[kind, name, False],
                "candidate_customers": tally.reached[kind, name, True],
                "base_cost": base * cost,
                "candidate_cost": candidate * cost,
            }
        )
    return rows


def _customers(tally: Tally) -> list[Json]:
    """Who is alerted on one side only, by name."""
    return [
        {
            "kind": kind,
            "name": name,
            "gained": tally.gained.get((kind, name), []),
            "lost": tally.lost.get((kind, name), []),
        }
        for kind, name in sorted(tally.gained.keys() | tally.lost.keys())
    ]


def _days(tally: Tally, costs: Mapping[str, int]) -> list[Json]:
    counted = {
        "alerts": [by_day(tally, ALERT, candidate=side) for side in (False, True)],
        "tasks": [by_day(tally, TASK, candidate=side) for side in (False, True)],
        "cost": [cost_by_day(tally, costs, candidate=side) for side in (False, True)],
    }
    days = sorted({day for sides in counted.values() for side in sides for day in side})
    return [
        {"day": _iso(day), **{name: [side[day] for side in sides] for name, sides in counted.items()}}
        for day in days
    ]


def _flips(tally: Tally) -> Json:
    numbers = sorted({number for number, _ in tally.flips})
    return {
        "customers_by_changes": [
            {"changes": number, "base": tally.flips[number, False], "candidate": tally.flips[number, True]}
            for number in numbers
        ],
        "most_within_a_year": list(tally.most_flips),
    }


def _rules(compared: Sides, tally: Tally) -> list[Json]:
    """Every rule that was changed or decided otherwise, and the differences that follow from it."""
    names = {name for name, _ in tally.only} | compared.changes.rules.keys() | tally.blamed.keys()
    rows = [
        {
            "rule": name,
            "change": compared.changes.rules.get(name, "none"),
            "base": tally.fired[name, False],
            "candidate": tally.fired[name, True],
            "base_only": tally.only[name, False],
            "candidate_only": tally.only[name, True],
            "blamed": tally.blamed[name],
            "blamed_customers": tally.blamed_customers[name],
        }
        for name in names
    ]
    return sorted(rows, key=lambda row: (-int(row["blamed"]), str(row["rule"])))


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 2) if whole else 0.0


def _iso(day: int | None) -> str | None:
    return None if not day else date.fromordinal(day).isoformat()
