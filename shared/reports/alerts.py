"""Open alerts: the most severe first, then the newest.

Pure, over relationship documents; an alert's life belongs to the rules, here it is only listed.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

SEVERITIES = ("high", "medium", "low")
SHADOW = "~"


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that no episode has resolved; *since_day* is the ordinal of the local date it opened on."""

    id: str
    customer: str
    alert: str
    severity: str
    rule: str
    since_day: int

    @property
    def decision(self) -> str:
        """The id of the decision that raised it; the alert's own id counts that decision's actions."""
        return self.id.rpartition("-")[0]


def open_alerts(relationships: Iterable[Mapping[str, Any]]) -> list[OpenAlert]:
    """Every open alert of every customer."""
    found = [alert for document in relationships for alert in alerts_of(document)]
    return sorted(
        found, key=lambda alert: (_rank(alert.severity), -alert.since_day, alert.customer, alert.id)
    )


def alerts_of(document: Mapping[str, Any]) -> Iterable[OpenAlert]:
    """The open alerts of one customer; those of rules in shadow never reach anybody."""
    for rule, episode in document["relationship"]["episodes"].items():
        if not rule.startswith(SHADOW):
            since = episode.get("counted_from") or episode["started"]
            for alert in episode.get("alerts", ()):
                yield OpenAlert(alert["id"], document["_id"], alert["alert"], alert["severity"], rule, since)


def by_kind(alerts: Iterable[OpenAlert]) -> Mapping[tuple[str, str], int]:
    """How many alerts of each kind and severity, in order of severity."""
    counted = Counter((alert.alert, alert.severity) for alert in alerts)
    return dict(sorted(counted.items(), key=lambda entry: (_rank(entry[0][1]), -entry[1], entry[0][0])))


def _rank(severity: str) -> int:
    return SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)
