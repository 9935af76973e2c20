"""What the store knows of the referral programme."""

from collections import defaultdict

from shared.asking.records import Records
from shared.asking.wish import Wish
from shared.customer.local_time import LocalTime
from shared.model.rules import ActionKind, Bundle
from shared.reports.leavings import took_effect
from shared.reports.referrals import Programme, Referrals, referrals
from shared.store.collections import DECISIONS, HISTORY, TASKS

GROUP, ASK = "referral_targets", "referral-ask"
MADE, CONVERTED = "referral.made", "referral.converted"
"""Names that rule files and publishers use; of another name nothing is found."""


def ask_referrals(records: Records, wanted: Wish) -> Referrals:
    """The funnel of who was chosen in the period."""
    asked: dict[str, list[int]] = defaultdict(list)
    for task in records.find(TASKS):
        if task["task"] == ASK:
            asked[task["customer"]].append(task["opened_day"])
    programme = _told(records)
    found = Programme(_chosen(records), asked, programme.recommended, programme.converted)
    return referrals(found, wanted.first, wanted.last)


def _chosen(records: Records) -> dict[str, list[int]]:
    chosen: dict[str, list[int]] = defaultdict(list)
    for rule in _choosing(records.bundle):
        for decision in records.find(DECISIONS, {"rule": rule, "outcome": "fired"}):
            if took_effect(decision):
                chosen[decision["customer"]].append(decision["day"])
    return chosen


def _choosing(bundle: Bundle) -> list[str]:
    return [
        rule.id
        for policy in bundle.policies
        for rule in policy.rules
        if any(
            action.kind is ActionKind.ADD_TO and action.fields.get("group") == GROUP
            for action in rule.actions
        )
    ]


def _told(records: Records) -> Programme:
    """What publishers told: recommendations and what came of them."""
    catalogue = records.bundle.catalogue
    local, scale = LocalTime(catalogue.timezone), 10**catalogue.minor_digits
    made: dict[str, list[int]] = defaultdict(list)
    converted: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for event in records.find(HISTORY):
        if event["type"] == MADE:
            made[event["customer"]].append(local.day_of(event["time"]))
        elif event["type"] == CONVERTED:
            value = (event["data"].get("amount") or 0) / scale
            converted[event["customer"]].append((local.day_of(event["time"]), value))
    return Programme(recommended=made, converted=converted)
