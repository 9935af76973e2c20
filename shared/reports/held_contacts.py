"""Contacts that were ordered and not made: of one decision, and why; by rule, those that the cap held.

Pure, over what the notification service remembers of a customer's refusals. It remembers the last fifty.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.reports.contact_words import held_row
from shared.reports.sheet import Sheet

CAP = "contact_cap"
MOST = 10

Refused = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class HeldRule:
    """How many contacts of a rule the cap held, and the rule whose contact was made instead most often."""

    rule: str
    contacts: int
    instead: str


def held_by_cap(refused: Iterable[Refused], first_day: int) -> tuple[HeldRule, ...]:
    """The rules whose contacts the cap held since *first_day*, those with most first."""
    instead: dict[str, Counter[str]] = defaultdict(Counter)
    held: Counter[str] = Counter()
    for each in refused:
        if each["reason"] == CAP and each["day"] >= first_day:
            held[each["rule"]] += 1
            instead[each["rule"]].update(each.get("ahead", ()))
    ranked = sorted(held.items(), key=lambda entry: (-entry[1], entry[0]))[:MOST]
    return tuple(HeldRule(rule, number, _most(instead[rule])) for rule, number in ranked)


def _most(counted: Counter[str]) -> str:
    """The most frequent, the first by name among equals."""
    return min(counted, key=lambda name: (-counted[name], name), default="")


def held_sheets(refused: Iterable[Refused], decision: str, language: str) -> list[Sheet]:
    """What one decision ordered of contacts and messages in vain."""
    rows = [held_row(each, language) for each in refused if each["decision"] == decision]
    return [Sheet("Ordered and not done", rows, ("what", "because"))] if rows else []
