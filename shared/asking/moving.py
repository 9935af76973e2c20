"""What the store knows of why the circle moved: what changed most for each who entered or left."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from shared.asking.records import Records
from shared.model.rules import FactSource
from shared.reports.leavings import took_effect
from shared.reports.movers import Moved, moved_most
from shared.store.collections import DECISIONS
from shared.store.port import Document

TOGETHER = 100


def ask_moved(records: Records, moves: Sequence[Document], outside: str) -> Mapping[str, Moved]:
    """By the decision that moved somebody in or out: what moved most before it."""
    metrics = {name for name, fact in records.bundle.facts.items() if fact.source is FactSource.METRIC}
    crossing = [each for each in moves if took_effect(each) and _crosses(each, outside)]
    customers = sorted({each["customer"] for each in crossing})
    found: dict[str, Moved] = {}
    for start in range(0, len(customers), TOGETHER):
        together = customers[start : start + TOGETHER]
        known = _decisions(records, together)
        for move in (each for each in crossing if each["customer"] in known):
            upwards = bool(move["tier_change"].startswith(f"{outside}>"))
            if moved := moved_most(move, known[move["customer"]], metrics, upwards=upwards):
                found[move["_id"]] = moved
    return found


def _decisions(records: Records, customers: Sequence[str]) -> dict[str, list[Document]]:
    grouped: dict[str, list[Document]] = defaultdict(list)
    for decision in records.find(DECISIONS, {"customer": {"$in": list(customers)}}):
        grouped[decision["customer"]].append(decision)
    return grouped


def _crosses(decision: Document, outside: str) -> bool:
    before, _, after = decision["tier_change"].partition(">")
    return bool((before == outside) != (after == outside))
