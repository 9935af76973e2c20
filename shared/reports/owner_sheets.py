"""Care tasks by owner as a table. Pure."""

from collections.abc import Sequence

from shared.reports.owners import OwnerLoad
from shared.reports.sheet import Sheet

HEADERS = (
    "owner",
    "open",
    "due within 7 days",
    "overdue",
    "escalated",
    "done in 30 days",
    "closed by events in 30 days",
    "median days to done",
)


def owner_sheets(loads: Sequence[OwnerLoad]) -> list[Sheet]:
    """One line for each owner."""
    rows = [
        (
            load.owner,
            f"{load.open:,}",
            f"{load.due_soon:,}",
            f"{load.overdue:,}",
            f"{load.escalated:,}",
            f"{load.done:,}",
            f"{load.closed:,}",
            "" if load.median_days is None else f"{load.median_days:g}",
        )
        for load in loads
    ]
    return [Sheet("Care tasks by owner", rows, HEADERS)]
