"""What the best customers bring, as a curve with the marks of 20 % and 80 %. Pure."""

from shared.charts.columns import Series, columns
from shared.charts.curves import Ground, Line, Mark, curves
from shared.charts.figure import Figure, Key
from shared.charts.rows import Part, Row, height_of, rows
from shared.reports.figures.words import worded
from shared.reports.pareto import TOP_PERCENT, Pareto
from shared.reports.profit import Fifth, Profit

HEIGHT, SERVED = 340.0, 220.0


def pareto_figures(found: Pareto, what: str, language: str) -> list[Figure]:
    """The curve of *what*, named in *language* already."""
    if found.total <= 0:
        return []
    points = [(0.0, 0.0), *((float(each.percent), each.share_percent) for each in found.curve)]
    most = max(share for _, share in points)
    top = 100.0 if most < 105 else 20.0 * -(-most // 20)  # losses at the end lift the curve above the whole
    percents = [(float(each), f"{each} %") for each in range(0, 101, 20)]
    ground = Ground(percents, [*percents, *([(top, f"{top:g} %")] if top > 100 else [])], HEIGHT)
    curve = Line("new", points, filled=True)
    equal = Line("base", [(0.0, 0.0), (100.0, 100.0)], dashed=True)
    said = [mark.text for mark in _marks(found, language)]
    return [
        Figure(
            worded(language, "What the best customers bring: {what}", what=what),
            "; ".join(said),
            HEIGHT,
            curves([equal, curve], ground, _marks(found, language)),
            (
                Key("new", worded(language, "best customers first")),
                Key("base", worded(language, "if all brought the same")),
            ),
        )
    ]


def profit_figures(found: Profit, unit: str, language: str) -> list[Figure]:
    """The curve of profit, and what serving costs."""
    what = worded(language, "profit at {margin} % margin", margin=f"{found.margin_percent:g}")
    lines = [Row(kind, [Part("warn", cost)], f"{cost:,.2f}{unit}") for kind, cost in found.costs]
    spent = sum(cost for _, cost in found.costs)
    title = worded(language, "Cost to serve, by what it was spent on")
    in_all = worded(language, "{cost} in all", cost=f"{spent:,.2f}{unit}")
    costs = [Figure(title, in_all, height_of(len(lines)), rows(lines))] if lines else []
    return [*pareto_figures(found.curve, what, language), *_served(found, unit, language), *costs]


def _served(found: Profit, unit: str, language: str) -> list[Figure]:
    """What each fifth of the customers brings, above the line, and what serving it costs, below."""
    if not found.curve.customers:
        return []
    labels = [f"{each.until_percent - 20} – {each.until_percent} %" for each in found.fifths]
    series = (
        Series(
            "new", worded(language, "profit before cost to serve"), [_before(each) for each in found.fifths]
        ),
        Series("bad", worded(language, "cost to serve"), [-each.cost for each in found.fifths]),
    )
    title = worded(language, "Each fifth of the customers, by profit, and what serving it costs")
    told = worded(language, "in {unit}, the best customers first", unit=unit.strip())
    keys = tuple(Key(each.color, each.name) for each in series)
    return [Figure(title, told, SERVED, columns(labels, series, SERVED), keys)]


def _before(each: Fifth) -> float:
    return round(each.profit + each.cost, 2)


def _marks(found: Pareto, language: str) -> list[Mark]:
    share = found.top_share_percent
    best = worded(language, "the best 20 % bring {share} %", share=f"{share:.1f}")
    marks = [Mark((float(TOP_PERCENT), share), "bad", best, lead=True)]
    if (needed := found.percent_for_most) is not None and abs(needed - TOP_PERCENT) >= 3:
        most = worded(language, "80 % are brought by the best {share} %", share=f"{needed:.1f}")
        marks.append(Mark((needed, 80.0), "warn", most, lead=True))
    return marks
