"""How well the score finds those who are sought, as tables of text. Pure."""

from collections.abc import Iterator

from shared.model.rules import Bundle
from shared.quality.foreknown import Found, Precision
from shared.reports.sheet import Sheet
from shared.reports.wording import fact_title

HEADERS = ("chosen by", "chosen", "sought among them", "95 % interval", "against blind choice")


def ranking_sheets(found: Found, fact: str, spending: str, bundle: Bundle, language: str) -> list[Sheet]:
    """Score, spending, members and a blind choice at each size; then both rankings as a whole."""
    score, spend = (fact_title(name, bundle, language) for name in ("score", spending))
    rows = [*_rows(found, score, spend)]
    title = f"Sought: {fact}, {found.sought:,} of {found.customers:,} customers"
    areas = [(score, _area(found.auc_score)), (spend, _area(found.auc_spend))]
    note = "how often somebody sought ranks above somebody else"
    return [Sheet(title, rows, HEADERS), Sheet("AUC", areas, ("ranked by", "AUC"), note)]


def _rows(found: Found, score: str, spend: str) -> Iterator[tuple[str, ...]]:
    if found.members:
        yield _row("members now", found.members, found.base)
    for by_score, by_spend in zip(found.by_score, found.by_spend, strict=True):
        yield _row(score, by_score, found.base)
        yield _row(spend, by_spend, found.base)
    yield "blind choice", "", f"{100 * found.base:.1f} %", "", "1.0 ×"


def _row(name: str, each: Precision, base: float) -> tuple[str, ...]:
    low, high = each.interval
    times = f"{each.share / base:.1f} ×" if base else ""
    return (
        name,
        f"{each.chosen:,}",
        f"{100 * each.share:.1f} %",
        f"{100 * low:.0f}–{100 * high:.0f} %",
        times,
    )


def _area(area: float | None) -> str:
    return "" if area is None else f"{area:.3f}"
