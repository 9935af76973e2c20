"""Stages and moves between them as tables of text. Pure."""

from shared.reports.lifecycle import Lifecycle, Stage
from shared.reports.sheet import Sheet

NOTE = "median days of stays that ended in the period, and of those that last"


def lifecycle_sheets(found: Lifecycle) -> list[Sheet]:
    """Stages as a funnel, and the matrix of moves: from where (down) to where (across)."""
    headers = ("stage", "customers", "share", "came", "went", "median days", "days so far")
    names = [each.stage for each in found.stages]
    moves = {(move.before, move.after): move.count for move in found.moves}
    matrix = [(name, *(_count(moves.get((name, to), 0)) for to in names)) for name in names]
    return [
        Sheet(
            f"Stages: {found.customers:,} customers", [_stage(each) for each in found.stages], headers, NOTE
        ),
        Sheet("Moves from stage to stage", matrix, ("from", *(f"→ {name}" for name in names))),
    ]


def _stage(each: Stage) -> tuple[str, ...]:
    return (
        each.stage,
        f"{each.customers:,}",
        f"{each.share_percent:.1f} %",
        f"{each.came:,}",
        f"{each.went:,}",
        _days(each.median_days),
        _days(each.median_days_so_far),
    )


def _count(count: int) -> str:
    return f"{count:,}" if count else ""


def _days(days: float | None) -> str:
    return "" if days is None else f"{days:,.0f}"
