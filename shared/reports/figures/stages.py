"""Stages of the relationship and the referral programme as charts: bars and a table of moves. Pure."""

from shared.charts.figure import Figure
from shared.charts.heat import heat
from shared.charts.heat import height_of as heat_height
from shared.charts.rows import Part, Row, height_of, rows
from shared.reports.figures.words import worded
from shared.reports.lifecycle import Lifecycle
from shared.reports.referrals import Referrals


def lifecycle_figures(found: Lifecycle, language: str) -> list[Figure]:
    """Who stands where, and how they moved."""
    lines = [
        Row(
            each.stage,
            [Part("new", each.customers)],
            worded(
                language,
                "{customers} ({share} %)",
                customers=f"{each.customers:,}",
                share=f"{each.share_percent:.1f}",
            ),
        )
        for each in found.stages
    ]
    if not lines:
        return []
    told = worded(language, "{customers} customers", customers=f"{found.customers:,}")
    stages = Figure(worded(language, "Who stands where"), told, height_of(len(lines)), rows(lines))
    return [stages, _moves(found, language)]


def _moves(found: Lifecycle, language: str) -> Figure:
    at = {each.stage: number for number, each in enumerate(found.stages)}
    values = {(at[move.before], at[move.after]): float(move.count) for move in found.moves}
    title = worded(language, "Moves from stage to stage")
    told = worded(language, "no moves")
    if found.moves:
        first = found.moves[0]
        told = worded(
            language,
            "{moves} moves; the most frequent: {before} → {after}, {count}",
            moves=f"{sum(move.count for move in found.moves):,}",
            before=first.before,
            after=first.after,
            count=f"{first.count:,}",
        )
    return Figure(title, told, heat_height(len(at)), heat(list(at), values))


def referral_figures(found: Referrals, language: str) -> list[Figure]:
    """The funnel from chosen to converted."""
    said = "{customers} ({share} % of the step before)"
    lines = [
        Row(
            worded(language, each.step),
            [Part("new", each.customers)],
            f"{each.customers:,}"
            if at == 0
            else worded(
                language, said, customers=f"{each.customers:,}", share=f"{each.of_before_percent:.1f}"
            ),
        )
        for at, each in enumerate(found.steps)
    ]
    ends = {"chosen": f"{found.steps[0].customers:,}", "converted": f"{found.steps[-1].customers:,}"}
    told = worded(language, "{chosen} chosen, {converted} converted", **ends)
    title = worded(language, "From chosen to converted")
    return [Figure(title, told, height_of(len(lines)), rows(lines))]
