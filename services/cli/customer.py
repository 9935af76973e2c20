"""`guanxi customer ID`: everything of one customer on one page."""

from services.cli.opened import Opened
from shared.reports.customer_sheets import CustomerFile
from shared.store.collections import CUSTOMERS, DECISIONS, RELATIONSHIPS, TASKS
from shared.store.port import Query

RECENT = 10


def customer_file(installation: Opened, name: str) -> CustomerFile:
    """Everything that is stored of a customer who exists."""
    latest = Query(filter={"customer": name}, sort=(("as_of", -1),), limit=RECENT)
    found = installation.collection(DECISIONS).find(latest).documents
    return CustomerFile(
        customer=installation.get(CUSTOMERS, name) or {},
        relationship=installation.get(RELATIONSHIPS, name),
        tasks=list(installation.find(TASKS, {"customer": name})),
        decisions=[versioned.document for versioned in found],
    )
