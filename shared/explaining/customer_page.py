"""One customer on one page, as JSON values: who they are, where they stand, what happened, what is due.

Reads the archive; personal fields stay hidden.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.customer.assess import COVERAGE, SCORE
from shared.customer.score import is_fresh
from shared.explaining.answers import leaf_answer, plain
from shared.explaining.archive import Archive, Stored
from shared.explaining.near_tiers import NearTier, near_tiers
from shared.explaining.trial import Rulebook, Trial
from shared.model.rules import Bundle, FactSource
from shared.model.values import FactValue
from shared.policy.evaluation.record import score_lines
from shared.policy.evaluation.wording import shown
from shared.store.port import Document, Query

EVENTS, DECISIONS = 50, 50
"""So many of the latest are on the page."""

PARTS: Mapping[str, frozenset[FactSource]] = {
    "profile": frozenset({FactSource.PROFILE}),
    "metrics": frozenset({FactSource.METRIC}),
    "derived": frozenset({FactSource.POLICY}),
}


def customer_page(archive: Archive, stored: Stored, rulebook: Rulebook) -> dict[str, Any]:
    """Everything on the page."""
    bundle, relationship = rulebook.bundle, stored.relationship
    trial = Trial.of(stored, rulebook)
    snapshot = trial.snapshot_on(stored.day)
    facts = {**snapshot.facts_on(stored.day), **relationship.facts}
    return {
        "customer": stored.customer,
        "day": _iso(stored.day),
        "release": bundle.digest,
        **{part: _facts(facts, sources, bundle) for part, sources in PARTS.items()},
        "score": {
            "value": facts.get(SCORE),
            "coverage": facts.get(COVERAGE),
            "lines": [dict(line) for line in score_lines(snapshot, rulebook.program)],
            "ratings": _ratings(stored, rulebook),
        },
        "tier": {
            "now": relationship.tier,
            "since": _iso(relationship.tier_since),
            "kept_until": _iso(relationship.tier_kept_until or None),
            "entitlements": plain(facts.get("entitlements")) or [],
            "nearest": [_near(near) for near in near_tiers(stored, rulebook)],
        },
        "alerts": [dict(alert) for alert in relationship.alerts],
        "tasks": [_task(task) for task in _open_tasks(archive, stored.customer)],
        "timeline": timeline(archive, stored.customer, bundle),
    }


def _ratings(stored: Stored, rulebook: Rulebook) -> list[dict[str, Any]]:
    """Ratings by hand, and whether they count on the customer's day."""
    given = stored.state.assessments if stored.state else {}
    return [
        {
            "trait": trait.id,
            "points": given[trait.id].points,
            "given_on": _iso(given[trait.id].day),
            "counts": bool(trait.rating_weight) and is_fresh(trait, given[trait.id], stored.day),
            "last_day": _iso(given[trait.id].day + trait.rating_stale_days),
        }
        for trait in rulebook.program.traits.traits
        if trait.id in given
    ]


def _facts(facts: Mapping[str, FactValue], sources: frozenset[FactSource], bundle: Bundle) -> dict[str, Any]:
    return {
        name: plain(shown(name, facts[name], bundle))
        for name, fact in bundle.facts.items()
        if fact.source in sources and facts.get(name) is not None
    }


def _near(near: NearTier) -> dict[str, Any]:
    return {
        "rule": near.rule,
        "title": dict(near.title),
        "to": near.to,
        "up": near.up,
        "missing": [leaf_answer(leaf) for leaf in near.leaves],
        "days": near.days,
    }


def _open_tasks(archive: Archive, customer: str) -> list[Document]:
    wanted = Query({"customer": customer}, sort=(("due_day", 1),), limit=1_000)
    found = (versioned.document for versioned in archive.tasks.find(wanted).documents)
    return [task for task in found if task["status"] == "open"]


def _task(task: Document) -> dict[str, Any]:
    kept = ("title", "channel", "owner", "rule", "reason")
    return {"task": task["_id"], "due": _iso(task["due_day"]), **{name: task[name] for name in kept}}


def timeline(archive: Archive, customer: str, bundle: Bundle) -> list[dict[str, Any]]:
    """Events, contacts and decisions together, the latest first."""
    latest = Query({"customer": customer}, sort=(("time", -1),), limit=EVENTS)
    events = (_event(each.document, bundle) for each in archive.history.find(latest).documents)
    decided = Query({"customer": customer}, sort=(("as_of", -1),), limit=DECISIONS)
    decisions = (_decision(each.document) for each in archive.decisions.find(decided).documents)
    return sorted([*decisions, *events], key=lambda entry: entry["time"], reverse=True)


def _event(document: Document, bundle: Bundle) -> dict[str, Any]:
    return {
        "time": document["time"],
        "kind": "event",
        "type": document["type"],
        "id": document["id"],
        "source": document["source"],
        "data": _public(document, bundle),
    }


def _public(event: Document, bundle: Bundle) -> dict[str, Any]:
    """The event's fields without personal ones."""
    kind = bundle.catalogue.events.get(event["type"])
    personal = {name for name, field in kind.fields.items() if field.personal} if kind else set(event["data"])
    return {name: value for name, value in event["data"].items() if name not in personal}


def _decision(document: Document) -> dict[str, Any]:
    kept = ("rule", "outcome", "held_by", "mode", "reason", "tier_change")
    return {
        "time": document["as_of"],
        "kind": "decision",
        "id": document["_id"],
        **{name: document[name] for name in kept},
    }


def _iso(day: int | None) -> str | None:
    return date.fromordinal(day).isoformat() if day else None
