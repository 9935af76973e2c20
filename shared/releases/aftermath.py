"""What a release has decided while it was active, and what would put it right.

Pure; a plan only, nothing is ordered. Works on stored decision documents. What reached people cannot be taken
back, and the plan says so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Decision = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Remedy:
    """The opposite of one ordered action; *kind* is empty where there is none."""

    customer: str
    decision: str
    undoes: str
    kind: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Aftermath:
    """*counts* by (rule, outcome); *customers* touched by a fired live rule; *plan* in the order to undo."""

    release: str
    decisions: int
    counts: Mapping[tuple[str, str], int]
    customers: tuple[str, ...]
    plan: tuple[Remedy, ...]


def aftermath(release: str, decisions: Iterable[Decision]) -> Aftermath:
    """Read what *release* decided, oldest first; the plan begins with the latest."""
    counts: Counter[tuple[str, str]] = Counter()
    customers: dict[str, None] = {}
    plan: list[Remedy] = []
    for decision in decisions:
        counts[decision["rule"], decision["outcome"]] += 1
        if decision["outcome"] == "fired" and decision["mode"] != "shadow":
            customers.setdefault(decision["customer"])
            plan += _remedies(decision)
    ordered = dict(sorted(counts.items()))
    return Aftermath(release, sum(counts.values()), ordered, tuple(sorted(customers)), tuple(reversed(plan)))


def _remedies(decision: Decision) -> Iterator[Remedy]:
    for action in decision["actions"]:
        kind, fields = _opposite(action["kind"], action["fields"], action["id"], decision.get("tier_change"))
        if kind is not None:
            yield Remedy(decision["customer"], decision["_id"], action["kind"], kind, fields)


def _opposite(
    kind: str, fields: Mapping[str, Any], action: str, tier_change: str | None
) -> tuple[str | None, Mapping[str, Any]]:
    """The action that puts *kind* right; None where nothing needs to be: rules set derived facts anew."""
    if kind == "change_tier" and tier_change:
        return "change_tier", {"to": tier_change.partition(">")[0]}
    if kind in _NAMED:
        opposite, name = _NAMED[kind]
        return opposite, {name: fields[name]}
    if kind == "raise_alert":
        return "resolve_alert", {"alert": fields["alert"], "raised_by": action}
    if kind == "create_task":
        return "cancel_task", {"task": fields["task"], "ordered_by": action}
    return (None, {}) if kind == "set" else ("", dict(fields))


_NAMED = {
    "grant": ("revoke", "entitlement"),
    "revoke": ("grant", "entitlement"),
    "add_to": ("remove_from", "group"),
    "remove_from": ("add_to", "group"),
}


def told(found: Aftermath) -> dict[str, Any]:
    """An aftermath as JSON."""
    return {
        "release": found.release,
        "decisions": found.decisions,
        "by_rule": [
            {"rule": rule, "outcome": outcome, "count": count}
            for (rule, outcome), count in found.counts.items()
        ],
        "customers": list(found.customers),
        "plan": [
            {
                "customer": each.customer,
                "decision": each.decision,
                "undoes": each.undoes,
                "action": each.kind or None,
                "fields": dict(each.fields),
            }
            for each in found.plan
        ],
    }
