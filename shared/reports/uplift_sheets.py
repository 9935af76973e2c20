"""Does care work, as tables of text. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf

from shared.model.rules import Bundle
from shared.reports.sheet import Sheet
from shared.reports.wording import rule_title
from shared.uplift.estimate import Uplift, Verdict
from shared.uplift.following import Followed

_COMPARED = ("treated", "held out", "treated did", "held out did", "difference", "95 % interval", "verdict")


@dataclass(frozen=True, slots=True)
class UpliftReport:
    """The effect by rule (and group), and by kind of action over all its rules."""

    measure: str
    days: int
    rules: Sequence[tuple[str, str, Followed]]  # rule, group, comparison
    actions: Sequence[tuple[str, Uplift | None]]
    without_holdout: Sequence[str]


def uplift_sheets(report: UpliftReport, bundle: Bundle, language: str) -> list[Sheet]:
    """One line for each rule and group, and one for each kind of action."""
    lines = [
        (rule_title(bundle, rule, language), group, *_line(each.uplift), f"{each.unfinished:,}")
        for rule, group, each in report.rules
    ]
    kinds = [(kind, *(_line(found) if found else _nothing())) for kind, found in report.actions]
    title = f"Does care work: {report.measure} per customer in the {report.days} days after"
    return [
        Sheet(title, lines, ("rule", "group", *_COMPARED, "not over yet"), _NOTE),
        Sheet("By kind of action", kinds, ("action", *_COMPARED)),
    ]


_NOTE = (
    "each customer counts once for a rule, from its first decision; the holdout is drawn by chance; "
    "all intervals of a table hold at once"
)


def _line(found: Uplift) -> tuple[str, ...]:
    return (
        f"{found.treated.customers:,}",
        f"{found.held_out.customers:,}",
        f"{found.treated.mean:,.3f}",
        f"{found.held_out.mean:,.3f}",
        f"{found.difference:+,.3f}",
        "" if isinf(found.low) else f"{found.low:+,.3f} … {found.high:+,.3f}",
        found.verdict.value,
    )


def _nothing() -> tuple[str, ...]:
    return ("", "", "", "", "", "", Verdict.NOT_ENOUGH_DATA.value)
