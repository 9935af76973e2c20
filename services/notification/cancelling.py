"""Deliveries by subscriber or status, page by page, and cancelling what a removed subscriber was owed."""

from collections.abc import Iterator

from services.notification.deliveries import CANCELLED, OWED
from shared.store.port import Collection, Filter, Query, Replacement, Versioned

_PAGE = 200


def deliveries_where(deliveries: Collection, concerned: Filter) -> Iterator[Versioned]:
    """Yield every delivery that *concerned* describes."""
    cursor: str | None = None
    while True:
        page = deliveries.find(Query(filter=concerned, limit=_PAGE, cursor=cursor))
        yield from page.documents
        cursor = page.cursor
        if cursor is None:
            return


def cancel_owed(deliveries: Collection, subscription_id: str) -> int:
    """Cancel what is still owed to a subscriber; return how many deliveries were."""
    concerned = {"subscription": subscription_id, "status": {"$in": list(OWED)}}
    replacements = [
        Replacement({**found.document, "status": CANCELLED, "next_attempt_at": None}, found.version)
        for found in deliveries_where(deliveries, concerned)
    ]
    return len(replacements) - len(deliveries.replace(replacements))
