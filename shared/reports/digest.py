"""One page for a manager: the circle's flow, what is unusual, open, overdue and whose, what stands still.

Pure: it picks what matters most out of other reports.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.model.rules import Bundle
from shared.reports.alerts import OpenAlert, by_kind
from shared.reports.anomalies import Anomaly
from shared.reports.circle import Circle
from shared.reports.held_contacts import HeldRule
from shared.reports.sheet import Sheet
from shared.reports.tasks import TaskList
from shared.reports.wording import iso, rule_title

NEW_DAYS, NEWEST = 7, 10
UNUSUAL_NOTE = "beyond three standard deviations of the eight weeks before"


@dataclass(frozen=True, slots=True)
class Flow:
    """The circle in the month under way."""

    month: str
    opening: int
    entered: int
    left: int
    closing: int


@dataclass(frozen=True, slots=True)
class AlertKind:
    """Open alerts of one kind, and how many of them are a week old at most."""

    alert: str
    severity: str
    open: int
    new: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """Tasks of one owner that are past their day, and by how many days the oldest is."""

    owner: str
    tasks: int
    oldest_days: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """A rule, or everything, that a person or a brake holds back."""

    rule: str
    kind: str
    since: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Digest:
    """The page, as of the close of *day*."""

    day: str
    flow: Flow | None
    alerts: tuple[AlertKind, ...]
    newest: tuple[OpenAlert, ...]
    overdue: tuple[Overdue, ...]
    stopped: tuple[Stopped, ...]
    unusual: tuple[Anomaly, ...]
    held: tuple[HeldRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """What the page is picked out of."""

    circle: Circle
    alerts: Sequence[OpenAlert]
    tasks: TaskList
    stopped: Sequence[Stopped] = ()
    unusual: Sequence[Anomaly] = ()
    held: Sequence[HeldRule] = ()


def digest(seen: Seen, today: int) -> Digest:
    """Pick it out, as seen on the day *today*."""
    new = [alert for alert in seen.alerts if today - alert.since_day <= NEW_DAYS]
    fresh: Mapping[Any, int] = by_kind(new)
    kinds = [
        AlertKind(alert, severity, count, fresh.get((alert, severity), 0))
        for (alert, severity), count in by_kind(seen.alerts).items()
    ]
    return Digest(
        day=iso(today - 1),
        flow=_flow(seen.circle),
        alerts=tuple(kinds),
        newest=tuple(new[:NEWEST]),
        overdue=_overdue(seen.tasks),
        stopped=tuple(seen.stopped),
        unusual=tuple(seen.unusual),
        held=tuple(seen.held),
    )


def _flow(circle: Circle) -> Flow | None:
    if not circle.months:
        return None
    last = circle.months[-1]
    return Flow(last.month, last.opening, last.entered, last.left, last.closing)


def _overdue(tasks: TaskList) -> tuple[Overdue, ...]:
    late = [task for task in tasks.tasks if task.days_left < 0]
    counted = Counter(task.owner for task in late)
    oldest = {task.owner: -task.days_left for task in reversed(late)}  # the earliest due comes first
    ranked = sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))
    return tuple(Overdue(owner, count, oldest[owner]) for owner, count in ranked)


def digest_sheets(found: Digest, bundle: Bundle, language: str) -> list[Sheet]:
    """The page as tables; empty ones are left out, but for the circle's flow."""
    flow = found.flow
    flows = (
        [(flow.month, f"{flow.opening:,}", f"+{flow.entered:,}", f"-{flow.left:,}", f"{flow.closing:,}")]
        if flow
        else []
    )
    alerts = [(each.severity, each.alert, f"{each.open:,}", f"{each.new:,}") for each in found.alerts]
    newest = [
        (each.severity, each.customer, rule_title(bundle, each.rule, language), iso(each.since_day))
        for each in found.newest
    ]
    overdue = [(each.owner, f"{each.tasks:,}", f"{each.oldest_days:,}") for each in found.overdue]
    stopped = [(each.rule, each.kind, each.since, each.by, each.reason) for each in found.stopped]
    unusual = [
        (rule_title(bundle, each.rule, language), f"{each.count:,}", f"{each.usual:,.1f}")
        for each in found.unusual
    ]
    held = [
        (
            rule_title(bundle, each.rule, language),
            f"{each.contacts:,}",
            _title(bundle, each.instead, language),
        )
        for each in found.held
    ]
    sheets = (
        Sheet("Unusual", unusual, ("rule", "acted this week", "in a usual week"), UNUSUAL_NOTE),
        Sheet("Open alerts", alerts, ("severity", "alert", "open", "new this week")),
        Sheet("The newest", newest, ("severity", "customer", "rule", "since")),
        Sheet("Overdue tasks", overdue, ("owner", "overdue", "oldest, in days")),
        Sheet("Contacts held by the cap", held, ("rule", "held this week", "made instead most often")),
        Sheet("Rules that stand still", stopped, ("rule", "what", "since", "by", "because")),
    )
    headers = ("month", "opening", "entered", "left", "closing")
    return [Sheet(f"Digest of {found.day}", flows, headers), *(sheet for sheet in sheets if sheet.rows)]


def _title(bundle: Bundle, rule: str, language: str) -> str:
    return rule_title(bundle, rule, language) if rule else ""
