"""Who leaves, and who comes back, as charts. Pure."""

from collections.abc import Sequence

from shared.charts.columns import Series, columns
from shared.charts.figure import Figure, Key
from shared.charts.rows import Part, Row, height_of, rows
from shared.model.rules import Bundle
from shared.model.values import in_language
from shared.reports.churn import Churn, MonthOf
from shared.reports.circle import month_after
from shared.reports.figures.words import worded
from shared.reports.last_months import AfterWhat
from shared.reports.leavings import ALARMED, LEFT, LOST
from shared.reports.winback import Winback
from shared.reports.wording import fact_title, rule_title

HEIGHT = 240.0
WAYS = ((LEFT, "bad"), (LOST, "base"), (ALARMED, "warn"))


def churn_figures(found: Churn, bundle: Bundle, language: str) -> list[Figure]:
    """When customers left, by which rule, and what stood before."""
    if not found.months:
        return []
    told = worded(language, "{customers} customers left", customers=f"{found.customers:,}")
    return [
        _months(found, told, language),
        _rules(found, told, bundle, language),
        *_customers(found, bundle, language),
        *_after(found, bundle, language),
    ]


def _months(found: Churn, told: str, language: str) -> Figure:
    months = _without_gaps(found)
    series = [
        Series(color, worded(language, way), [each.ways.get(way, 0) for each in months])
        for way, color in WAYS
    ]
    keys = tuple(Key(each.color, each.name) for each in series)
    body = columns([each.month for each in months], series, HEIGHT)
    return Figure(worded(language, "Leavings by month"), told, HEIGHT, body, keys)


def _without_gaps(found: Churn) -> list[MonthOf]:
    known = {each.month: each for each in found.months}
    months, month = [], found.months[0].month
    while month <= found.months[-1].month:
        months.append(known.get(month, MonthOf(month, {})))
        month = month_after(month)
    return months


def _rules(found: Churn, told: str, bundle: Bundle, language: str) -> Figure:
    colors = dict(WAYS)
    lines = [
        Row(
            rule_title(bundle, each.rule, language),
            [Part(colors[each.way], each.count, worded(language, each.way))],
            f"{each.count:,}",
        )
        for each in found.kinds
    ]
    title = worded(language, "Leavings by rule")
    keys = tuple(Key(color, worded(language, way)) for way, color in WAYS)
    return Figure(title, told, height_of(len(lines)), rows(lines), keys)


def _customers(found: Churn, bundle: Bundle, language: str) -> list[Figure]:
    lines = [
        line
        for each in found.customers_by
        for line in _pair(
            f"{_fact(each.fact, bundle, language)}: {worded(language, each.value)}",
            each.leavers_percent,
            each.others_percent,
        )
    ]
    return _compared(lines, "Which customers left, beside the others", language)


def _fact(name: str, bundle: Bundle, language: str) -> str:
    return fact_title(name, bundle, language) if name in bundle.facts else worded(language, name)


def _after(found: Churn, bundle: Bundle, language: str) -> list[Figure]:
    lines = [line for each in found.after for line in _beside(each, bundle, language)]
    return _compared(lines, "In the last months before leaving, beside the others", language)


def _compared(lines: Sequence[Row], heading: str, language: str) -> list[Figure]:
    title = worded(language, heading)
    keys = (Key("bad", worded(language, "who left")), Key("base", worded(language, "others")))
    return [Figure(title, title, height_of(len(lines)), rows(lines, 100.0), keys)] if lines else []


def _beside(each: AfterWhat, bundle: Bundle, language: str) -> list[Row]:
    event = bundle.catalogue.events.get(each.what)
    name = in_language(event.title, language) if event else worded(language, each.what)
    return _pair(name, each.leavers_percent, each.others_percent)


def _pair(name: str, leavers: float, others: float) -> list[Row]:
    sides = (("bad", name, leavers), ("base", "", others))
    return [
        Row(title, [Part(color, percent, name)], f"{percent:.1f} %", joins=not title)
        for color, title, percent in sides
    ]


def winback_figures(found: Winback, language: str) -> list[Figure]:
    """Who came back, by what became of the call."""
    lines = [
        Row(
            worded(language, each.call),
            [
                Part("good", each.came_back, worded(language, "came back")),
                Part("base", each.leavers - each.came_back, worded(language, "stayed away")),
            ],
            worded(
                language,
                "{back} of {leavers} ({share} %)",
                back=f"{each.came_back:,}",
                leavers=f"{each.leavers:,}",
                share=f"{each.came_back_percent:.1f}",
            ),
        )
        for each in found.results
    ]
    if not lines:
        return []
    counts = {
        "leavers": f"{sum(each.leavers for each in found.results):,}",
        "back": f"{sum(each.came_back for each in found.results):,}",
    }
    told = worded(language, "{leavers} left the circle, {back} bought again", **counts)
    title = worded(language, "Who came back, by what became of the call")
    keys = (Key("good", worded(language, "came back")), Key("base", worded(language, "stayed away")))
    return [Figure(title, told, height_of(len(lines)), rows(lines), keys)]
