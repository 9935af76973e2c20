"""A small event catalogue for tests of ingest."""

from shared.model.catalogue import Catalogue, EventType, FieldDef
from shared.model.rules import Bundle, NotificationPlan
from shared.model.values import Kind


def field(name, kind, **more):
    return FieldDef(name, kind, {"en": name}, **more)


def event(name, *fields, **more):
    return EventType(name, {"en": name}, {one.name: one for one in fields}, **more)


CATALOGUE = Catalogue(
    events={
        each.name: each
        for each in (
            event(
                "purchase",
                field("amount", Kind.AMOUNT, required=True, minimum=0),
                field("quantity", Kind.INTEGER, minimum=0),
                field("lines", Kind.INTEGER),
                field("country", Kind.TEXT),
            ),
            event("return", field("amount", Kind.AMOUNT, required=True), field("country", Kind.TEXT)),
            event(
                "customer.updated",
                field("birthday", Kind.MONTH_DAY, personal=True),
                field("credit_rating", Kind.CHOICE, choices=("good", "watched", "bad")),
                field("channels", Kind.TEXTS),
                field("since", Kind.DATE),
                field("consent", Kind.BOOLEAN),
                field("discount", Kind.PERCENT),
                sets_profile=True,
            ),
        )
    },
    metrics={},
    traits={},
    tiers=(),
    currency="GBP",
)


def bundle(catalogue=CATALOGUE, digest="d" * 64):
    return Bundle("test", digest, catalogue, {}, (), NotificationPlan())
