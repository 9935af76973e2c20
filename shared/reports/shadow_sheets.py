"""Rules in shadow as a table. Pure."""

from collections.abc import Sequence

from shared.model.rules import Bundle
from shared.reports.shadow import Shadowed
from shared.reports.sheet import Sheet
from shared.reports.wording import iso, rule_title

HEADERS = (
    "rule", "would order", "times", "customers", "live rules too", "only in shadow", "only live", "first",
    "last",
)  # fmt: skip
NOTE = "a rule in shadow decides and orders nothing; live rules are compared from its first decision on"


def shadow_sheets(found: Sequence[Shadowed], bundle: Bundle, language: str) -> list[Sheet]:
    """One line for each rule in shadow and each thing that it would order."""
    rows = [
        (
            rule_title(bundle, each.rule, language),
            each.action,
            f"{each.times:,}",
            f"{each.customers:,}",
            f"{each.both:,}",
            f"{each.only_shadow:,}",
            f"{each.only_live:,}",
            iso(each.first_day),
            iso(each.last_day),
        )
        for each in found
    ]
    return [Sheet("Rules in shadow", rows, HEADERS, NOTE)]
