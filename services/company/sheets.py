"""What a company lived and what care did, as tables of text. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence

from services.company.judging import Judged
from shared.model.rules import Bundle
from shared.reports.sheet import Sheet
from shared.reports.uplift_sheets import uplift_sheets

COUNTED = ("events", "orders", "tasks", "offers", "done", "skipped", "care", "brought")
HEADINGS = (
    "month", "events", "orders", "tasks worked", "offers", "done", "skipped", "care given", "orders by care",
)  # fmt: skip
NOTE = "orders by care: those that care truly brought, as the company's hidden truth has it"


def months_sheet(months: Mapping[str, Counter[str]]) -> Sheet:
    """One line for each month."""
    rows = [(month, *(f"{counted[name]:,}" for name in COUNTED)) for month, counted in sorted(months.items())]
    return Sheet("The company, month by month", rows, HEADINGS, NOTE)


def truth_sheets(judged: Judged, bundle: Bundle, language: str) -> list[Sheet]:
    """The report on uplift with the true effect beside each estimate."""
    estimated, by_action = uplift_sheets(judged.report, bundle, language)
    by_rule = [judged.truth.get((rule, group)) for rule, group, _ in judged.report.rules]
    by_kind = [judged.by_action.get(kind) for kind, _ in judged.report.actions]
    return [_with_truth(estimated, by_rule, TRUTH_NOTE), _with_truth(by_action, by_kind)]


def _with_truth(sheet: Sheet, truths: Sequence[float | None], note: str = "") -> Sheet:
    told = ("" if truth is None else f"{truth:+,.3f}" for truth in truths)
    rows = [(*row, cell) for row, cell in zip(sheet.rows, told, strict=True)]
    return Sheet(sheet.title, rows, (*sheet.headers, "true effect"), note)


TRUTH_NOTE = "true effect: orders that the rule's care truly brought, per treated customer in the same days"
