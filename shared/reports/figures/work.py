"""What waits for people, as bars: open tasks by owner and by kind, open alerts by kind. Pure."""

from collections.abc import Sequence

from shared.charts.figure import Figure, Key
from shared.charts.rows import Part, Row, height_of, rows
from shared.model.rules import Bundle
from shared.model.values import in_language
from shared.reports.alerts import OpenAlert, by_kind
from shared.reports.digest import Digest
from shared.reports.figures.words import worded
from shared.reports.owners import OwnerLoad
from shared.reports.tasks import TaskList
from shared.reports.wording import rule_title

SEVERITY = {"high": "bad", "medium": "warn", "low": "base"}
_DUE = (("bad", "overdue"), ("warn", "due within 7 days"), ("base", "later"))


def owners_figures(loads: Sequence[OwnerLoad], language: str) -> list[Figure]:
    """Who has how much to do, and how much of it is late."""
    lines = [
        Row(
            each.owner,
            _due(each.open, each.overdue, each.due_soon, language),
            worded(
                language,
                "{open} open, {done} done in 30 days",
                open=f"{each.open:,}",
                done=f"{each.done:,}",
            ),
        )
        for each in loads
    ]
    return _waiting(
        lines,
        "Open tasks by owner",
        sum(each.open for each in loads),
        sum(each.overdue for each in loads),
        language,
    )


def tasks_figures(found: TaskList, language: str) -> list[Figure]:
    """Which care waits, and how much of it is late."""
    lines = [
        Row(
            in_language(each.title, language),
            _due(each.open, each.overdue, each.due_soon, language),
            f"{each.open:,}",
        )
        for each in found.kinds
    ]
    return _waiting(lines, "Open tasks by kind", len(found.tasks), found.overdue, language)


def alerts_figures(found: Sequence[OpenAlert], language: str) -> list[Figure]:
    """Which alerts are open."""
    lines = [
        Row(alert, [Part(SEVERITY.get(severity, "base"), count, worded(language, severity))], f"{count:,}")
        for (alert, severity), count in by_kind(found).items()
    ]
    told = worded(language, "{open} open", open=f"{len(found):,}")
    return _alerts(lines, told, [(color, name) for name, color in SEVERITY.items()], language)


def digest_figures(found: Digest, bundle: Bundle, language: str) -> list[Figure]:
    """What is open, and whose tasks are late."""
    told = "{open} open, {new} new this week"
    lines = [
        Row(
            each.alert,
            [
                Part("bad", each.new, worded(language, "new this week")),
                Part("base", each.open - each.new, worded(language, "older")),
            ],
            worded(language, told, open=f"{each.open:,}", new=f"{each.new:,}"),
        )
        for each in found.alerts
    ]
    counts = {
        "open": f"{sum(each.open for each in found.alerts):,}",
        "new": f"{sum(each.new for each in found.alerts):,}",
    }
    keys = [("bad", "new this week"), ("base", "older")]
    alerts = _alerts(lines, worded(language, told, **counts), keys, language)
    return [*_unusual(found, bundle, language), *alerts, *_overdue(found, language)]


def _unusual(found: Digest, bundle: Bundle, language: str) -> list[Figure]:
    """The last week of each unusual rule above a usual one."""
    lines = [
        line
        for each in found.unusual
        for line in (
            Row(rule_title(bundle, each.rule, language), [Part("warn", each.count)], f"{each.count:,}"),
            Row("", [Part("base", each.usual)], f"{each.usual:,.1f}", joins=True),
        )
    ]
    title = worded(language, "Rules that acted far more or less than usual")
    keys = (Key("warn", worded(language, "this week")), Key("base", worded(language, "in a usual week")))
    return [Figure(title, title, height_of(len(lines)), rows(lines), keys)] if lines else []


def _overdue(found: Digest, language: str) -> list[Figure]:
    said = "{count} overdue, the oldest {days} days"
    lines = [
        Row(
            each.owner,
            [Part("bad", each.tasks)],
            worded(language, said, count=f"{each.tasks:,}", days=f"{each.oldest_days:,}"),
        )
        for each in found.overdue
    ]
    title = worded(language, "Overdue tasks by owner")
    return [Figure(title, title, height_of(len(lines)), rows(lines))] if lines else []


def _alerts(lines: Sequence[Row], told: str, keys: Sequence[tuple[str, str]], language: str) -> list[Figure]:
    legend = tuple(Key(color, worded(language, name)) for color, name in keys)
    title = worded(language, "Open alerts by kind")
    return [Figure(title, told, height_of(len(lines)), rows(lines), legend)] if lines else []


def _due(opened: int, overdue: int, soon: int, language: str) -> list[Part]:
    counts = (overdue, soon, opened - overdue - soon)
    return [
        Part(color, count, worded(language, name)) for (color, name), count in zip(_DUE, counts, strict=True)
    ]


def _waiting(lines: Sequence[Row], title: str, opened: int, overdue: int, language: str) -> list[Figure]:
    if not lines:
        return []
    told = worded(
        language, "{open} open, {overdue} of them overdue", open=f"{opened:,}", overdue=f"{overdue:,}"
    )
    keys = tuple(Key(color, worded(language, name)) for color, name in _DUE)
    return [Figure(worded(language, title), told, height_of(len(lines)), rows(lines), keys)]
