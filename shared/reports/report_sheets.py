"""The reports as tables of text. Pure; the first sheet of each is the one that CSV takes."""

from collections.abc import Iterator, Mapping, Sequence

from shared.model.rules import Bundle
from shared.model.values import Kind, Text, in_language
from shared.reports.action_words import channel_word
from shared.reports.alerts import OpenAlert, by_kind
from shared.reports.chinese import CHINESE
from shared.reports.chinese_words import WORDS
from shared.reports.circle import Month, RuleFlow
from shared.reports.pareto import Pareto
from shared.reports.sheet import Sheet
from shared.reports.tasks import TaskList
from shared.reports.wording import condition, fact_title, iso, rule_title

TOP_REASONS = 4
DECIDED = (
    "what decided: of conditions that must all hold the one nearest to its threshold; "
    "of conditions of which one is enough the one furthest beyond it"
)

MOVED = "what moved most within the month before: traits in points of the score, else metrics by their share"


def circle_sheets(months: Sequence[Month], bundle: Bundle, language: str) -> list[Sheet]:
    """The months' flow, and under it by which rules and for which reasons."""
    flow = [
        (
            month.month,
            f"{month.opening:,}",
            f"+{month.entered:,}",
            f"-{month.left:,}",
            f"{month.closing:,}",
            f"{month.returned:,}",
            _by_rule(month.entered_by),
            _by_rule(month.left_by),
        )
        for month in months
    ]
    headers = ("month", "opening", "entered", "left", "closing", "back", "entered by", "left by")
    reasons = [row for month in months for row in _reasons(month, bundle, language)]
    return [
        Sheet("Circle", flow, headers, "opening + entered - left = closing"),
        Sheet("Why", reasons, _WHY, f"{DECIDED}; {MOVED}"),
    ]


_WHY = ("month", "", "rule", "customers", "what decided", "what moved most", "for example")


def _by_rule(flows: Sequence[RuleFlow]) -> str:
    return ", ".join(f"{flow.rule} {flow.count:,}" for flow in flows)


def _reasons(month: Month, bundle: Bundle, language: str) -> Iterator[tuple[str, ...]]:
    for way, flows in (("entered", month.entered_by), ("left", month.left_by)):
        direction = WORDS[way] if language == CHINESE else way
        for flow in flows:
            title = rule_title(bundle, flow.rule, language)
            decided = _decided(flow, bundle, language)
            moved = _moved(flow, bundle, language)
            yield (
                month.month,
                direction,
                title,
                f"{flow.count:,}",
                decided,
                moved,
                _example(flow, language),
            )


def _moved(flow: RuleFlow, bundle: Bundle, language: str) -> str:
    """What moved most, each with how often and by how much in the middle, the most frequent first."""
    return "\n".join(
        f"{each.customers:,} × {fact_title(each.fact, bundle, language)} "
        + (f"{each.change:+,.1f}" if each.is_trait else f"{each.change:+,.0f} %")
        for each in flow.moved[:TOP_REASONS]
    )


def _decided(flow: RuleFlow, bundle: Bundle, language: str) -> str:
    """The conditions that decided, each with how often, the most frequent first."""
    told = [
        f"{count:,} × {fact_title(each.fact, bundle, language)} {condition(each, bundle, language)}"
        for each, count in flow.decided[:TOP_REASONS]
    ]
    rest = sum(count for _, count in flow.decided[TOP_REASONS:])
    return "\n".join([*told, f"{rest:,} × others"] if rest else told)


def _example(flow: RuleFlow, language: str) -> str:
    return in_language(flow.reasons[0].text, language) if flow.reasons else ""


def alert_sheets(
    alerts: Sequence[OpenAlert], reasons: Mapping[str, Text], bundle: Bundle, language: str
) -> list[Sheet]:
    """Each open alert with the reason of the decision that raised it, and how many of each kind."""
    rows = [
        (
            each.severity,
            each.alert,
            each.customer,
            rule_title(bundle, each.rule, language),
            iso(each.since_day),
            in_language(reasons.get(each.decision, {}), language),
            each.decision,
        )
        for each in alerts
    ]
    counts = [(severity, alert, f"{count:,}") for (alert, severity), count in by_kind(alerts).items()]
    return [
        Sheet("Open alerts", rows, ("severity", "alert", "customer", "rule", "since", "because", "explain")),
        Sheet(f"{len(alerts):,} in all", counts, ("severity", "alert", "open")),
    ]


def task_sheets(tasks: TaskList, language: str) -> list[Sheet]:
    """Each open task, and how many of each kind."""
    rows = [
        (
            iso(each.due_day),
            _left(each.days_left),
            each.customer,
            in_language(each.title, language),
            channel_word(each.channel, language),
            each.owner,
            in_language(each.reason, language),
        )
        for each in tasks.tasks
    ]
    counts = [
        (in_language(kind.title, language), f"{kind.open:,}", f"{kind.due_soon:,}", f"{kind.overdue:,}")
        for kind in tasks.kinds
    ]
    headers = ("task", "open", "due within 7 days", "overdue")
    return [
        Sheet("Open tasks", rows, ("due", "days left", "customer", "task", "channel", "owner", "because")),
        Sheet(f"{len(tasks.tasks):,} in all, {tasks.overdue:,} overdue", counts, headers),
    ]


def _left(days: int) -> str:
    return f"{days}" if days >= 0 else f"{-days} overdue"


def pareto_sheets(found: Pareto, metric: str, bundle: Bundle, language: str) -> list[Sheet]:
    """The curve, and the best customers."""
    unit = f" {bundle.catalogue.currency}" if bundle.facts[metric].kind is Kind.AMOUNT else ""
    top = [(customer, f"{value:,.2f}{unit}") for customer, value in found.top]
    title = f"{fact_title(metric, bundle, language)}: the top 20 % bring {found.top_share_percent:.1f} %"
    return [
        Sheet(title, curve_rows(found, unit), CURVE, curve_note(found, unit)),
        Sheet("The best", top, ("customer", "value")),
    ]


CURVE = ("best", "customers", "value", "share")


def curve_rows(found: Pareto, unit: str) -> list[tuple[str, ...]]:
    """The points of the curve."""
    return [
        (
            f"{point.percent} %",
            f"{point.customers:,}",
            f"{point.value:,.2f}{unit}",
            f"{point.share_percent:.1f} %",
        )
        for point in found.curve
    ]


def curve_note(found: Pareto, unit: str) -> str:
    """How many customers there are, and how many of them cost more than they bring."""
    lost = f"{found.lost:,.2f}{unit}"
    return f"{found.customers:,} customers; {found.losing:,} cost more than they bring ({lost})"
