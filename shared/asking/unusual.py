"""Which rules acted far more, or less, than usual: counted by the store's index, no decision is read."""

from collections import Counter

from shared.asking.records import Records
from shared.model.rules import ActionKind, Bundle, RolloutMode
from shared.reports.anomalies import BEFORE, WEEK, Anomaly, anomalies
from shared.store.collections import DECISIONS
from shared.store.port import Query


def ask_unusual(records: Records) -> tuple[Anomaly, ...]:
    """Of the rules in force that do anything outwardly: those whose last week is unlike the weeks before."""
    last, decisions = records.today() - 1, records.collection(DECISIONS)
    first = decisions.find(Query(sort=(("day", 1),), limit=1)).documents
    if not first:
        return ()
    took_effect = {
        "day": {"$gt": last - WEEK * (BEFORE + 1), "$lte": last},
        "outcome": "fired",
        "mode": {"$ne": RolloutMode.SHADOW.value},
    }
    outward, acted = _outward(records.bundle), Counter[tuple[str, int]]()
    for (rule, day), times in decisions.count_by(["rule", "day"], took_effect).items():
        if rule in outward:
            acted[rule, day] = times
    return anomalies(acted, last, first[0].document["day"])


def _outward(bundle: Bundle) -> frozenset[str]:
    """Rules that do more than set facts: setting is how rules talk to each other."""
    return frozenset(
        rule.id
        for policy in bundle.policies
        for rule in policy.rules
        if any(action.kind is not ActionKind.SET for action in rule.actions)
    )
