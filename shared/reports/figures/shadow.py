"""What rules in shadow would order, as bars. Pure."""

from collections.abc import Sequence

from shared.charts.figure import Figure, Key
from shared.charts.rows import Part, Row, height_of, rows
from shared.model.rules import Bundle
from shared.reports.figures.words import worded
from shared.reports.shadow import Shadowed
from shared.reports.wording import rule_title

SAME, ALONE = "live rules ordered the same", "only in shadow"


def shadow_figures(found: Sequence[Shadowed], bundle: Bundle, language: str) -> list[Figure]:
    """For how many customers each rule would have ordered, and for whom live rules did."""
    lines = [
        Row(
            f"{rule_title(bundle, each.rule, language)}: {each.action}",
            [
                Part("new", each.both, worded(language, SAME)),
                Part("warn", each.only_shadow, worded(language, ALONE)),
            ],
            worded(language, "{customers} customers", customers=f"{each.customers:,}"),
        )
        for each in found
    ]
    if not lines:
        return []
    title = worded(language, "Ordered in shadow, by rule")
    keys = (Key("new", worded(language, SAME)), Key("warn", worded(language, ALONE)))
    return [Figure(title, title, height_of(len(lines)), rows(lines), keys)]
