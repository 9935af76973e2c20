"""What a run of the company tells at its end: numbers for scripts, and what to look at next. Pure."""

from collections import Counter
from dataclasses import asdict
from typing import Any

from services.company.judging import Judged
from services.company.running import CompanyRun
from shared.reports.sheet import Sheet


def counted_json(living: CompanyRun) -> dict[str, Any]:
    """What a company lived, in numbers."""
    summary, total = living.stream.summary, Counter[str]()
    for counted in living.ledger.months.values():
        total.update(counted)
    return {
        "customers": living.customers,
        "rounds": living.calendar.rounds,
        "accepted": summary.accepted,
        "rejected_by_reason": dict(summary.refused),
        "days_closed": summary.days_closed,
        "total": dict(sorted(total.items())),
        "months": {month: dict(sorted(each.items())) for month, each in sorted(living.ledger.months.items())},
    }


def judged_json(judged: Judged) -> dict[str, Any]:
    """The report on uplift, and the truth."""
    return {
        "uplift": asdict(judged.report),
        "truth": [
            {"rule": rule, "group": group, "true_effect": effect}
            for (rule, group), effect in sorted(judged.truth.items())
        ],
        "truth_by_action": judged.by_action,
    }


def next_sheet(home: str) -> Sheet:
    """What to look at after a run."""
    rows = [
        (
            f"guanxi company truth --by price_driven --home {home}",
            "the same, for who buys by price alone and others",
        ),
        (
            f"guanxi report uplift --days 30 --home {home}",
            "what a real company would see: no truth beside it",
        ),
        (f"guanxi tasks list --home {home}", "what the staff has still to do"),
        ("guanxi company run --care-effect 0", "the same company, in which care does nothing"),
    ]
    return Sheet("Try next", rows)
