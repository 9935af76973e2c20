"""What a customer's page has beside facts: what happened, and what would change the tier. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from shared.explaining.near_tiers import NearTier
from shared.model.rules import Bundle
from shared.model.values import Text, in_language
from shared.reports.contact_words import delivery_row, held_row
from shared.reports.sheet import Sheet
from shared.reports.wording import (
    fact_title,
    field_value,
    leaf_condition,
    leaf_margin,
    leaf_value,
    rule_title,
    tier_title,
)


def page_sheets(
    timeline: Sequence[Mapping[str, Any]], nearest: Sequence[NearTier], bundle: Bundle, language: str
) -> list[Sheet]:
    """Both sheets; empty ones are left out."""
    tiers = Sheet(
        "What would change the tier",
        [row for near in nearest for row in _near(near, bundle, language)],
        ("tier", "rule", "missing", "is", "asked", "margin"),
    )
    happened = Sheet(
        "Timeline", [_entry(entry, bundle, language) for entry in timeline], ("when", "what", "details")
    )
    return [sheet for sheet in (tiers, happened) if sheet.rows]


def file_sheet(fields: Sequence[Mapping[str, Any]], bundle: Bundle, language: str) -> Sheet:
    """When each field was told and last checked, and what is missing or to be confirmed."""
    rows = [
        (
            fact_title(each["field"], bundle, language),
            each["told_on"] or "",
            each["checked_on"] or "",
            "" if each["age_days"] is None else f"{each['age_days']:,}",
            "" if each["stale_after_days"] is None else f"{each['stale_after_days']:,}",
            "to be confirmed" if each["stale"] else "" if each["known"] else "not known",
        )
        for each in fields
    ]
    return Sheet("File, field by field", rows, _FILE)


_FILE = ("field", "told on", "checked on", "age in days", "stale after, in days", "standing")


def standing_sheets(tier: Mapping[str, Any], bundle: Bundle, language: str) -> list[Sheet]:
    """The tier with what it entitles to, and how it came to that; empty ones are left out."""
    known = bundle.catalogue.entitlements
    titles = [
        in_language(known[name].title, language) if name in known else name for name in tier["entitlements"]
    ]
    now = [
        ("tier", tier_title(bundle, tier["now"], language)),
        ("since", tier["since"] or ""),
        ("kept at least until", tier["kept_until"] or ""),
        *(("entitlement", title) for title in titles),
    ]
    sheets = [
        Sheet("Tier and entitlements", [row for row in now if row[1]]),
        Sheet(
            "Changes of tier",
            [_change(each, bundle, language) for each in tier["changes"]],
            ("day", "tier", "rule", "because", "explain"),
        ),
    ]
    return [sheet for sheet in sheets if sheet.rows]


def _change(each: Mapping[str, Any], bundle: Bundle, language: str) -> tuple[str, ...]:
    before, _, after = each["change"].partition(">")
    told = f"{tier_title(bundle, before, language)} → {tier_title(bundle, after, language)}"
    reason = in_language(each["reason"], language)
    return each["day"], told, rule_title(bundle, each["rule"], language), reason, each["decision"]


def _near(near: NearTier, bundle: Bundle, language: str) -> Iterator[tuple[str, ...]]:
    arrow = "↑" if near.up else "↓"
    told = f"{arrow} {tier_title(bundle, near.to, language)}", in_language(near.title, language) or near.rule
    if not near.leaves:
        yield (*told, "time", "", f"{near.days} more days", "")
    for number, leaf in enumerate(near.leaves):
        yield (
            *(told if number == 0 else ("", "")),
            fact_title(leaf.fact, bundle, language),
            leaf_value(leaf, bundle, language),
            leaf_condition(leaf, bundle, language),
            leaf_margin(leaf, bundle, language),
        )


def _entry(entry: Mapping[str, Any], bundle: Bundle, language: str) -> tuple[str, str, str]:
    when = entry["time"][:16].replace("T", " ")
    if entry["kind"] == "decision":
        return when, rule_title(bundle, entry["rule"], language), _decided(entry, language)
    if entry["kind"] == "message":
        return when, f"message to {entry['to']}", in_language(entry["subject"], language)
    if entry["kind"] == "delivery":
        return when, *delivery_row(entry, language)
    if entry["kind"] == "held":
        return when, *held_row(entry, language)
    if entry["kind"] == "task":
        return when, in_language(entry["title"], language), f"task {entry['outcome']}: {entry['owner']}"
    event = bundle.catalogue.events.get(entry["type"])
    fields = event.fields if event else {}
    data = [
        f"{_title(fields[name].title, name, language) if name in fields else name} "
        f"{field_value(fields[name].kind if name in fields else None, value, bundle)}"
        for name, value in entry["data"].items()
    ]
    return when, _title(event.title if event else {}, entry["type"], language), ", ".join(data)


def _decided(entry: Mapping[str, Any], language: str) -> str:
    outcome = "" if entry["outcome"] == "fired" else f"({entry['outcome']} {entry['held_by']}".rstrip() + ") "
    return outcome + in_language(entry["reason"], language)


def _title(title: Text, name: str, language: str) -> str:
    return in_language(title, language) or name
