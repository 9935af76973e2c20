"""What a company lived and what care did, as tables of text. Pure."""

from collections import Counter
from collections.abc import Mapping

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
    truths = [judged.truth.get((rule, group)) for rule, group, _ in judged.report.rules]
    rows = [
        (*row, "" if truth is None else f"{truth:+,.3f}")
        for row, truth in zip(estimated.rows, truths, strict=True)
    ]
    return [Sheet(estimated.title, rows, (*estimated.headers, "true effect"), TRUTH_NOTE), by_action]


TRUTH_NOTE = "true effect: orders that the rule's care truly brought, per treated customer in the same days"
