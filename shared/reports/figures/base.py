"""All customers as charts: how traits are spread, how complete files are. Pure."""

from shared.charts.figure import Figure
from shared.charts.intervals import Interval, intervals
from shared.charts.intervals import height_of as intervals_height
from shared.charts.rows import Part, Row, height_of, rows
from shared.model.rules import Bundle
from shared.reports.figures.words import worded
from shared.reports.files import Files
from shared.reports.traits import Spread, Traits
from shared.reports.wording import fact_title

FULL = 100.0


def traits_figures(found: Traits, bundle: Bundle, language: str) -> list[Figure]:
    """Each trait and the score from the least to the most."""
    lines = [_spread(each, bundle, language) for each in found.spreads]
    told = worded(language, "from the least to the most; the box holds the middle 60 %, the dot is the mean")
    title = worded(language, "How traits are spread")
    body = intervals(lines, 0, FULL, [0, 20, 40, 60, 80, 100])
    return [Figure(title, told, intervals_height(len(lines)), body)]


def _spread(each: Spread, bundle: Bundle, language: str) -> Interval:
    name = fact_title(each.name, bundle, language)
    if each.quintiles is None or each.mean is None:
        return Interval(name, None, 0, 0, worded(language, "nothing proves it"), "base")
    least, *inner, most = each.quintiles
    said = worded(
        language, "mean {mean}, {customers} customers", mean=f"{each.mean:.1f}", customers=f"{each.evident:,}"
    )
    return Interval(name, least, most, each.mean, said, "new", tuple(inner))


def files_figures(found: Files, bundle: Bundle, language: str) -> list[Figure]:
    """Of how many customers each field is known."""
    lines = [
        Row(
            fact_title(each.field, bundle, language),
            [Part("new", each.percent)],
            worded(
                language,
                "{share} % of {customers} customers",
                share=f"{each.percent:.1f}",
                customers=f"{found.customers:,}",
            ),
        )
        for each in found.fields
    ]
    if not lines:
        return []
    told = worded(language, "{share} % complete", share=f"{found.complete_percent:.1f}")
    title = worded(language, "How complete files are")
    return [Figure(title, told, height_of(len(lines)), rows(lines, FULL))]
