"""One customer on one page, for programs and for people: the same from the command line and over HTTP.

Reads the records. What the page says of worth needs the purchases of all customers, so it is worked out only
for who gives a margin, and what was measured is kept until the day is over.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from shared.asking.orders import ask_paid, setters
from shared.asking.records import Records
from shared.asking.worth import ask_measured
from shared.explaining.archive import Archive, Stored
from shared.explaining.customer_page import customer_page
from shared.explaining.near_tiers import near_tiers
from shared.explaining.trial import Rulebook
from shared.reports.customer_sheets import CustomerFile, customer_sheets
from shared.reports.page_sheets import file_sheet, page_sheets, standing_sheets
from shared.reports.sheet import Sheet
from shared.reports.worth_sheets import customer_worth_sheet
from shared.store.collections import CUSTOMERS, DECISIONS, RELATIONSHIPS, TASKS
from shared.store.port import Query
from shared.worth.measured import EVERYBODY, Bought, Measured
from shared.worth.one import CustomerWorth, customer_worth

RECENT = 10
GROUP = "segment"
"""The fact whose groups keep their customers apart, where rules set it."""


@dataclass(slots=True)
class Neighbours:
    """Premises measured of everybody and by group, once for each day. Safe to use from several threads."""

    records: Records
    _known: dict[tuple[int, str], dict[str, Measured]] = field(default_factory=dict)

    def measured(self) -> Mapping[str, Measured]:
        """By group; everybody's under ``""``."""
        key = (self.records.today(), self.records.bundle.digest)
        found = self._known.get(key)
        if found is None:
            fact = GROUP if setters(self.records.bundle, GROUP) else None
            groups = ask_measured(self.records, None, fact) if fact else []
            found = {each.group: each for each in [*groups, *ask_measured(self.records, None, None)]}
            self._known = {key: found}  # several threads may get here: each has an answer of its own
        return found

    def worth_of(self, stored: Stored, margin: float) -> CustomerWorth | None:
        """What the customer is worth, if that can be told; raises `PremiseError`."""
        today, own = self.records.today() - 1, Bought()
        for paid in ask_paid(self.records, None, stored.customer):
            own.add(paid.day, today, paid.amount, paid.sign)
        group = str(stored.relationship.facts.get(GROUP, EVERYBODY))
        return customer_worth(own, group, self.measured(), margin)


@dataclass(frozen=True)
class OneCustomer:
    """A customer's page; *margin* given: with what they are worth."""

    records: Records
    archive: Archive
    stored: Stored
    rulebook: Rulebook
    worth: CustomerWorth | None = None
    shows_personal: bool = False

    @cached_property
    def data(self) -> dict[str, Any]:
        """For programs."""
        page = customer_page(self.archive, self.stored, self.rulebook, shows_personal=self.shows_personal)
        currency = self.rulebook.bundle.catalogue.currency
        return {**page, "worth": {**self.worth.data, "currency": currency} if self.worth else None}

    def sheets(self, language: str) -> list[Sheet]:
        """For people, in English but for what rule files say."""
        bundle, page = self.rulebook.bundle, self.data
        first, *rest = customer_sheets(
            customer_file(self.records, self.stored.customer), bundle, language,
            today=self.records.today(), shows_personal=self.shows_personal,
        )  # fmt: skip
        worth = [customer_worth_sheet(self.worth, bundle.catalogue.currency, language)] if self.worth else []
        nearest = near_tiers(self.stored, self.rulebook, shows_personal=self.shows_personal)
        after = page_sheets(page["timeline"], nearest, bundle, language)
        file = file_sheet(page["file"], bundle, language)
        ages = [file] if file.rows else []
        return [first, *standing_sheets(page["tier"], bundle, language), *worth, *ages, *rest, *after]


def customer_file(records: Records, name: str) -> CustomerFile:
    """Everything that is stored of a customer who exists."""
    latest = Query(filter={"customer": name}, sort=(("as_of", -1),), limit=RECENT)
    found = records.collection(DECISIONS).find(latest).documents
    return CustomerFile(
        customer=records.get(CUSTOMERS, name) or {},
        relationship=records.get(RELATIONSHIPS, name),
        tasks=list(records.find(TASKS, {"customer": name})),
        decisions=[versioned.document for versioned in found],
    )
