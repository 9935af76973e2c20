"""One customer on one page, as JSON values: who they are, where they stand, what happened, what is due.

Reads the archive; personal fields stay hidden unless somebody who may see them asks for them.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from shared.customer.assess import COVERAGE, SCORE
from shared.customer.file import FileField, KnownField
from shared.customer.score import is_fresh
from shared.explaining.answers import leaf_answer, plain
from shared.explaining.archive import Archive, Stored
from shared.explaining.near_tiers import NearTier, near_tiers
from shared.explaining.timeline import timeline
from shared.explaining.trial import Rulebook, Trial
from shared.model.rules import Bundle, FactSource
from shared.model.values import FactValue
from shared.policy.evaluation.record import score_lines
from shared.policy.evaluation.wording import shown
from shared.store.port import Document, Query

MOST = 1_000

PARTS: Mapping[str, frozenset[FactSource]] = {
    "profile": frozenset({FactSource.PROFILE}),
    "metrics": frozenset({FactSource.METRIC}),
    "derived": frozenset({FactSource.POLICY}),
}


def customer_page(
    archive: Archive, stored: Stored, rulebook: Rulebook, *, shows_personal: bool = False
) -> dict[str, Any]:
    """Everything on the page."""
    bundle, relationship = rulebook.bundle, stored.relationship
    trial = Trial.of(stored, rulebook)
    snapshot = trial.snapshot_on(stored.day)
    facts = {**snapshot.facts_on(stored.day), **relationship.facts}
    return {
        "customer": stored.customer,
        "day": _iso(stored.day),
        "release": bundle.digest,
        **{part: _facts(facts, sources, bundle, shows_personal) for part, sources in PARTS.items()},
        "file": _file(stored, rulebook),
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
            "changes": tier_changes(archive, stored.customer),
            "nearest": [_near(near) for near in near_tiers(stored, rulebook, shows_personal=shows_personal)],
        },
        "alerts": [dict(alert) for alert in relationship.alerts],
        "tasks": [_task(task) for task in _open_tasks(archive, stored.customer)],
        "timeline": timeline(archive, stored.customer, bundle, shows_personal=shows_personal),
    }


def _file(stored: Stored, rulebook: Rulebook) -> list[dict[str, Any]]:
    """Every field that is known or wanted: its age on the customer's day, and whether it is stale."""
    model, state, day = rulebook.model.file, stored.state, stored.day
    known = {each.name: each for each in model.known(state.profile, state.confirmed)} if state else {}
    return [_field(field, known.get(field.name), day) for field in model.fields if _is_told(field, known)]


def _is_told(field: FileField, known: Mapping[str, KnownField]) -> bool:
    return field.wanted or field.name in known


def _field(field: FileField, known: KnownField | None, day: int) -> dict[str, Any]:
    return {
        "field": field.name,
        "known": known is not None,
        "told_on": _iso(known.given) if known else None,
        "checked_on": _iso(known.checked) if known else None,
        "age_days": day - known.checked if known else None,
        "stale_after_days": field.stale_after_days,
        "stale": known is not None and known.is_stale(day),
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


def _facts(
    facts: Mapping[str, FactValue], sources: frozenset[FactSource], bundle: Bundle, shows_personal: bool
) -> dict[str, Any]:
    return {
        name: plain(facts[name] if shows_personal else shown(name, facts[name], bundle))
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


def tier_changes(archive: Archive, customer: str) -> list[dict[str, Any]]:
    """How the tier changed, the latest first."""
    moved = Query({"customer": customer, "tier_change": {"$ne": None}}, sort=(("as_of", -1),), limit=MOST)
    found = (each.document for each in archive.decisions.find(moved).documents)
    return [
        {
            "day": _iso(each["day"]),
            "change": each["tier_change"],
            **{name: each[name] for name in ("rule", "reason")},
            "decision": each["_id"],
        }
        for each in found
        if each["outcome"] == "fired" and each["mode"] != "shadow"
    ]


def _open_tasks(archive: Archive, customer: str) -> list[Document]:
    wanted = Query({"customer": customer}, sort=(("due_day", 1),), limit=MOST)
    found = (versioned.document for versioned in archive.tasks.find(wanted).documents)
    return [task for task in found if task["status"] == "open"]


def _task(task: Document) -> dict[str, Any]:
    kept = ("title", "channel", "owner", "rule", "reason")
    return {"task": task["_id"], "due": _iso(task["due_day"]), **{name: task[name] for name in kept}}


def _iso(day: int | None) -> str | None:
    return date.fromordinal(day).isoformat() if day else None
