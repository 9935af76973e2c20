"""What care adds, as intervals beside the line of no effect. Pure."""

from math import isfinite

from shared.charts.figure import Figure, Key
from shared.charts.intervals import Interval, height_of, intervals
from shared.charts.scale import around_zero, ticks
from shared.model.rules import Bundle
from shared.reports.figures.words import worded
from shared.reports.uplift_sheets import UpliftReport
from shared.reports.wording import rule_title
from shared.uplift.estimate import Uplift, Verdict

COLORS = {Verdict.WORKS: "good", Verdict.HARMS: "bad", Verdict.NO_EFFECT_SHOWN: "base"}


def uplift_figures(report: UpliftReport, bundle: Bundle, language: str) -> list[Figure]:
    """One line for each rule and group, then one for each kind of action."""
    named = [
        (" · ".join(filter(None, (rule_title(bundle, rule, language), group))), each.uplift)
        for rule, group, each in report.rules
    ]
    kinds = [
        (worded(language, "all, by kind of action: {kind}", kind=kind), found)
        for kind, found in report.actions
    ]
    lines = [_interval(name, found, language) for name, found in (*named, *kinds)]
    if not lines:
        return []
    known = [each for each in lines if each.low is not None]
    low, high = around_zero(
        min((each.low or 0.0 for each in known), default=0.0), max((each.high for each in known), default=0.0)
    )
    measure = worded(language, report.measure)
    title = worded(
        language, "What care adds: {measure} per customer in {days} days", measure=measure, days=report.days
    )
    told = worded(language, "with the 95 % interval; right of the line: care works")
    body = intervals(lines, low, high, ticks(low, high))
    keys = tuple(Key(color, worded(language, verdict.value)) for verdict, color in COLORS.items())
    return [Figure(title, told, height_of(len(lines)), body, keys)]


def _interval(name: str, found: Uplift | None, language: str) -> Interval:
    if found is None or not isfinite(found.low):
        return Interval(name, None, 0, 0, worded(language, Verdict.NOT_ENOUGH_DATA.value), "base")
    said = f"{found.difference:+,.3f} ({found.low:+,.3f} … {found.high:+,.3f})"
    return Interval(name, found.low, found.high, found.difference, said, COLORS[found.verdict])
