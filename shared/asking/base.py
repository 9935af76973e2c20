"""What the store knows of all customers: how full their files are, and how their traits are spread."""

from typing import Any

from shared.asking.records import Records
from shared.asking.wish import Wish
from shared.customer.local_time import LocalTime
from shared.customer.profile import profile_facts
from shared.model.catalogue import TraitDef
from shared.model.rules import Bundle, FactSource
from shared.reports.files import STALE_DAYS, FileOf, Files, files
from shared.reports.traits import Measured, Rating, Traits, traits
from shared.store.collections import CUSTOMERS, RELATIONSHIPS
from shared.store.port import Document

OWNER, SCORE = "owner", "score"


def ask_files(records: Records, wanted: Wish) -> Files:
    """Which fields of files are known, and how recent the files are."""
    bundle = records.bundle
    outside = bundle.catalogue.tiers[0].id
    members = {each["_id"] for each in records.find(RELATIONSHIPS, {"tier": {"$ne": outside}})}
    local = LocalTime(bundle.catalogue.timezone)
    found = [_file(each, each["_id"] in members, bundle, local) for each in records.find(CUSTOMERS)]
    fields = [name for name, fact in bundle.facts.items() if fact.source is FactSource.PROFILE]
    return files(found, fields, records.today(), wanted.days or STALE_DAYS)


def _file(document: Document, member: bool, bundle: Bundle, local: LocalTime) -> FileOf:
    profile = document["state"]["profile"]
    known = profile_facts(profile)
    owner = bundle.facts.get(OWNER)
    told = "" if owner is None or owner.personal else str(known.get(OWNER, ""))
    updated = local.day_of(f"{profile[-1][0]}Z") if profile else None
    return FileOf(document["_id"], member, frozenset(known), updated, told)


def ask_traits(records: Records) -> Traits:
    """Points of every customer in every trait."""
    model, today = records.bundle.catalogue.traits, records.today()
    found: dict[str, dict[str, Measured]] = {name: {} for name in (*model, SCORE)}
    for document in records.find(CUSTOMERS):
        for name, trait in model.items():
            if document["facts"].get(name) is not None:
                found[name][document["_id"]] = _measured(document, trait, today)
        if document["score"] is not None:
            evident = bool(document["coverage"])
            found[SCORE][document["_id"]] = Measured(document["score"], evident)
    return traits(found)


def _measured(document: Document, trait: TraitDef, today: int) -> Measured:
    known = {**document["anchors"], **document["facts"]}
    evident = any(known.get(each.metric) is not None for each in trait.indicators)
    rating = _rating(document["state"]["assessments"].get(trait.id), trait, today)
    counts = rating is not None and trait.assessment_weight > 0 and not rating.is_stale
    return Measured(document["facts"][trait.id], evident or counts, rating)


def _rating(row: list[Any] | None, trait: TraitDef, today: int) -> Rating | None:
    """Of a rating by hand the day stands second, as `CustomerState.to_document` writes it."""
    return Rating(today - row[1], trait.assessment_stale_days) if row else None
