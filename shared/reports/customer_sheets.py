"""One customer on one page: who they are, what is measured, where they stand and what is due.

Pure, over stored documents and the active release. Personal fields show only when asked for.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from shared.contracts.codecs import snapshot_from_data
from shared.contracts.snapshot import Snapshot
from shared.customer.assess import CustomerModel, assess
from shared.customer.state import CustomerState
from shared.model.rules import Bundle, FactSource
from shared.model.values import FactValue, in_language
from shared.policy.engine.reference import ReferenceEngine
from shared.policy.evaluation.context import anchors
from shared.policy.evaluation.explain import NearMiss, near_misses
from shared.policy.evaluation.program import Program
from shared.policy.evaluation.relationship import Relationship
from shared.reports.action_words import channel_word
from shared.reports.alerts import alerts_of
from shared.reports.decision_sheets import score_sheet
from shared.reports.rating_sheets import HIDDEN, rating_sheet
from shared.reports.sheet import Sheet
from shared.reports.tasks import open_tasks
from shared.reports.wording import (
    fact_title,
    fact_value,
    iso,
    leaf_condition,
    leaf_margin,
    leaf_value,
    rule_title,
    tier_title,
)

Document = Mapping[str, Any]
NEAREST = 5


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """What is stored of one customer; *relationship* is None while the rules have not seen them."""

    customer: Document
    relationship: Document | None
    tasks: Sequence[Document]
    decisions: Sequence[Document]  # the latest first


@dataclass(frozen=True, slots=True)
class _Page:
    """What every sheet of one customer is made from."""

    file: CustomerFile
    facts: Mapping[str, FactValue]
    bundle: Bundle
    language: str
    today: int
    shows_personal: bool


def customer_sheets(
    file: CustomerFile, bundle: Bundle, language: str, *, today: int, shows_personal: bool = False
) -> list[Sheet]:
    """The page, sheet by sheet; empty ones are left out."""
    page = _Page(file, facts_of(file, today), bundle, language, today, shows_personal)
    sheets = [
        _heading(page),
        _facts("Profile", FactSource.PROFILE, page),
        _facts("Metrics", FactSource.METRIC, page),
        _score(page),
        _ratings(page),
        _facts("Set by rules", FactSource.POLICY, page),
        _alerts(page),
        _tasks(page),
        _near_misses(page),
        _decisions(page),
    ]
    return [sheet for sheet in sheets if sheet.rows]


def facts_of(file: CustomerFile, today: int) -> dict[str, FactValue]:
    """Every fact as rules read it on *today*: the last snapshot aged to that day, and what they set."""
    snapshot, relationship = _judged(file)
    if snapshot is None or relationship is None:
        return dict(file.customer["facts"])
    day = max(today, snapshot.day)
    facts = snapshot.facts_on(day)
    facts.update(relationship.facts)
    facts.update({name: anchor.at(day) for name, anchor in anchors(relationship).items()})
    return facts


def _judged(file: CustomerFile) -> tuple[Snapshot | None, Relationship | None]:
    document = file.relationship
    if document is None or not document.get("snapshot"):
        return None, None
    return snapshot_from_data(document["snapshot"]), Relationship.from_document(document["relationship"])


def _heading(page: _Page) -> Sheet:
    state, relationship, facts = page.file.customer["state"], page.file.relationship, page.facts
    tiers = page.bundle.catalogue.tiers
    tier = str(facts.get("tier", tiers[0].id if tiers else ""))
    since = relationship["relationship"].get("tier_since") if relationship else None
    rows = [
        ("tier", tier_title(page.bundle, tier, page.language) + (f", since {iso(since)}" if since else "")),
        ("score", f"{facts.get('score', 'unknown')}, coverage {facts.get('coverage', 'unknown')} %"),
        ("events", f"{state['events']:,} from {state['first_event']} to {state['last_event']}"),
        ("measured", state["as_of"]),
    ]
    return Sheet(f"Customer {page.file.customer['_id']}", rows)


def _facts(title: str, source: FactSource, page: _Page) -> Sheet:
    rows = [
        (fact_title(name, page.bundle, page.language), _value(name, page), name)
        for name, definition in page.bundle.facts.items()
        if definition.source is source and page.facts.get(name) not in (None, [], ())
    ]
    return Sheet(title, rows, ("", "value", "name in rules"))


def _value(name: str, page: _Page) -> str:
    value = page.facts[name]
    if name == "tier":
        return tier_title(page.bundle, str(value), page.language)
    if page.bundle.facts[name].personal:
        return str(value) if page.shows_personal else HIDDEN
    return fact_value(name, value, page.bundle, page.language)


def _score(page: _Page) -> Sheet:
    """The score traced once more from the customer's own buckets."""
    customer = page.file.customer
    state = CustomerState.from_document(dict(customer["state"]))
    model = CustomerModel.compile(page.bundle.catalogue)
    if state.definition != model.measures.definition:
        return Sheet("Score", ())
    lines = [asdict(line) for line in assess(state, model, state.day).scored.lines]
    return score_sheet(lines, customer["facts"].get("score"), page.bundle, page.language)


def _ratings(page: _Page) -> Sheet:
    state = CustomerState.from_document(dict(page.file.customer["state"]))
    return rating_sheet(
        state.assessments,
        page.bundle,
        page.language,
        today=max(page.today, state.day),
        shows_personal=page.shows_personal,
    )


def _alerts(page: _Page) -> Sheet:
    found = alerts_of(page.file.relationship) if page.file.relationship else ()
    rows = [
        (
            alert.severity,
            alert.alert,
            rule_title(page.bundle, alert.rule, page.language),
            iso(alert.since_day),
        )
        for alert in found
    ]
    return Sheet("Open alerts", rows, ("severity", "alert", "rule", "since"))


def _tasks(page: _Page) -> Sheet:
    rows = [
        (
            iso(task.due_day),
            in_language(task.title, page.language),
            channel_word(task.channel, page.language),
            task.owner,
        )
        for task in open_tasks(page.file.tasks, page.today).tasks
    ]
    return Sheet("Open tasks", rows, ("due", "task", "channel", "owner"))


def _near_misses(page: _Page) -> Sheet:
    """The rules nearest to moving the tier or raising an alert, and each condition still missing."""
    snapshot, relationship = _judged(page.file)
    if snapshot is None or relationship is None:
        return Sheet("Near misses", ())
    program = Program.compile(page.bundle, ReferenceEngine())
    day = max(page.today, snapshot.day)
    found = [miss for miss in near_misses(relationship, snapshot, program, day) if not _needs_tier(miss)]
    rows = [row for miss in found[:NEAREST] for row in _near_miss(miss, page)]
    return Sheet("Near misses", rows, ("rule", "missing", "is", "asked", "margin"))


def _needs_tier(miss: NearMiss) -> bool:
    """Whether the rule is for customers of another tier: then it is not near."""
    return any(leaf.fact == "tier" for leaf in miss.leaves)


def _near_miss(miss: NearMiss, page: _Page) -> Iterator[tuple[str, ...]]:
    title = in_language(miss.title, page.language) or miss.rule
    if not miss.leaves:
        yield title, "time", "", f"{miss.days_left} more days", ""
    for number, leaf in enumerate(miss.leaves):
        yield (
            "" if number else title,
            fact_title(leaf.fact, page.bundle, page.language),
            leaf_value(leaf, page.bundle, page.language),
            leaf_condition(leaf, page.bundle, page.language),
            leaf_margin(leaf, page.bundle, page.language),
        )


def _decisions(page: _Page) -> Sheet:
    rows = [
        (
            iso(each["day"]),
            each["outcome"],
            each["rule"],
            in_language(each["reason"], page.language),
            each["_id"],
        )
        for each in page.file.decisions
    ]
    return Sheet("Recent decisions", rows, ("day", "outcome", "rule", "because", "explain"))
