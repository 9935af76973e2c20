"""What the store knows of who left the circle and came back."""

from collections import defaultdict

from shared.asking.orders import ask_paid
from shared.asking.records import Records
from shared.asking.wish import Wish
from shared.model.rules import ActionKind, Bundle
from shared.reports.leavings import took_effect
from shared.reports.winback import HELD_OUT, Known, Purchase, Winback, winback
from shared.store.collections import DECISIONS, TASKS
from shared.store.port import Document

LEFT = "left"
"""The key event of tasks that are there to win somebody back."""


def ask_winback(records: Records, wanted: Wish) -> Winback:
    """Who left in the period, and what became of them since."""
    outside = records.bundle.catalogue.tiers[0].id
    moves = list(records.find(DECISIONS, {"tier_change": {"$exists": True}}, (("as_of", 1),)))
    left = [each for each in moves if wanted.first <= each["day"] <= wanted.last]
    customers = {each["customer"] for each in left}
    known = Known(_purchases(records, customers, wanted), _entries(moves, outside), _calls(records))
    return winback(left, known, outside)


def _purchases(records: Records, customers: set[str], wanted: Wish) -> dict[str, list[Purchase]]:
    bought: dict[str, list[Purchase]] = defaultdict(list)
    for paid in ask_paid(records, wanted.metric):
        if paid.customer in customers:
            bought[paid.customer].append((paid.day, paid.sign * paid.amount))
    return bought


def _entries(moves: list[Document], outside: str) -> dict[str, list[int]]:
    entries: dict[str, list[int]] = defaultdict(list)
    for decision in moves:
        before, _, after = decision["tier_change"].partition(">")
        if before == outside != after and took_effect(decision):
            entries[decision["customer"]].append(decision["day"])
    return entries


def _calls(records: Records) -> dict[str, list[tuple[int, str]]]:
    """Tasks of winning back with what became of them, and who was held out of them."""
    calls: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for task in records.find(TASKS):
        if task["key_event"] == LEFT:
            calls[task["customer"]].append((task["opened_day"], task["status"]))
    for rule in _winning_back(records.bundle):
        for decision in records.find(DECISIONS, {"rule": rule, "outcome": "held_out"}):
            calls[decision["customer"]].append((decision["day"], HELD_OUT))
    return calls


def _winning_back(bundle: Bundle) -> list[str]:
    return [
        rule.id
        for policy in bundle.policies
        for rule in policy.rules
        if any(
            action.kind is ActionKind.CREATE_TASK and action.fields.get("key_event") == LEFT
            for action in rule.actions
        )
    ]
