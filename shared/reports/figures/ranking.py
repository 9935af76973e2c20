"""How many of the chosen are sought, as intervals beside a blind choice. Pure."""

from collections.abc import Iterator

from shared.charts.figure import Figure, Key
from shared.charts.intervals import Interval, height_of, intervals
from shared.model.rules import Bundle
from shared.quality.foreknown import Found, Precision
from shared.reports.figures.words import worded
from shared.reports.wording import fact_title

SCORE, SPENDING, MEMBERS, BLIND = "new", "warn", "good", "base"


def ranking_figures(found: Found, fact: str, spending: str, bundle: Bundle, language: str) -> list[Figure]:
    """One line for the members, then score and spending at each size, and the blind choice."""
    score, spend = (fact_title(name, bundle, language) for name in ("score", spending))
    blind = worded(language, "blind choice")
    share = 100 * found.base
    lines = [
        *_lines(found, score, spend, language),
        Interval(blind, share, share, share, f"{share:.0f} %", BLIND),
    ]
    title = worded(language, "How many of the chosen are sought: {fact}", fact=fact)
    told = worded(language, "in percent, with the 95 % interval")
    members = [Key(MEMBERS, worded(language, "members"))] if found.members else []
    keys = (*members, Key(SCORE, score), Key(SPENDING, spend), Key(BLIND, blind))
    body = intervals(lines, 0, 100, (0, 50, 100))
    return [Figure(title, told, height_of(len(lines)), body, keys)]


def _lines(found: Found, score: str, spend: str, language: str) -> Iterator[Interval]:
    if found.members:
        yield _line(worded(language, "members"), found.members, MEMBERS)
    for by_score, by_spend in zip(found.by_score, found.by_spend, strict=True):
        yield _line(score, by_score, SCORE)
        yield _line(spend, by_spend, SPENDING)


def _line(name: str, each: Precision, color: str) -> Interval:
    low, high = (100 * end for end in each.interval)
    share = 100 * each.share
    said = f"{share:.0f} % ({low:.0f}–{high:.0f} %)"
    return Interval(f"{name} · {each.chosen:,}", low, high, share, said, color)
