"""What the store knows of all customers: how full their files are, and how their traits are spread."""

from dataclasses import dataclass
from typing import Any

from shared.asking.records import Records
from shared.asking.wish import Wish
from shared.customer.file import FileModel, file_fields
from shared.customer.local_time import LocalTime
from shared.customer.profile import profile_facts
from shared.model.catalogue import TraitDef
from shared.model.rules import Bundle
from shared.reports.files import STALE_DAYS, FieldAsked, FileOf, Files, files
from shared.reports.traits import Measured, Rating, Traits, traits
from shared.store.collections import CUSTOMERS, RELATIONSHIPS
from shared.store.port import Document

OWNER, SCORE = "owner", "score"


def ask_files(records: Records, wanted: Wish) -> Files:
    """Which fields of files are known, and how recent the files are."""
    bundle = records.bundle
    outside = bundle.catalogue.tiers[0].id
    members = {each["_id"] for each in records.find(RELATIONSHIPS, {"tier": {"$ne": outside}})}
    fields = file_fields(bundle.catalogue.events.values())
    reader = _Reader(bundle, FileModel(fields, LocalTime(bundle.catalogue.timezone)), records.today())
    found = [reader.file(each, each["_id"] in members) for each in records.find(CUSTOMERS)]
    asked = [FieldAsked(each.name, each.wanted, each.stale_after_days) for each in fields]
    return files(found, asked, records.today(), wanted.days or STALE_DAYS)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads customers' files as they stand on *today*."""

    bundle: Bundle
    model: FileModel
    today: int

    def file(self, document: Document, member: bool) -> FileOf:
        """What is known of the file in a customer's *document*, never what it says but for the owner."""
        state = document["state"]
        known = self.model.known(state["profile"], state.get("confirmed") or {})
        stale = tuple(each.name for each in known if each.is_stale(self.today))
        names = frozenset(each.name for each in known)
        return FileOf(document["_id"], member, names, self._touched(state), self._owner(state), stale)

    def _touched(self, state: Document) -> int | None:
        """The last local day on which the file was updated or found right."""
        if not state["profile"]:
            return None
        updated = self.model.local_time.day_of(f"{state['profile'][-1][0]}Z")
        confirmed: dict[str, int] = state.get("confirmed") or {}
        return max([updated, *confirmed.values()])

    def _owner(self, state: Document) -> str:
        owner = self.bundle.facts.get(OWNER)
        if owner is None or owner.personal:
            return ""
        return str(profile_facts(state["profile"]).get(OWNER, ""))


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
