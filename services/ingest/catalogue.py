"""The event catalogue of a release, compiled into one check per event type. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.ingest.fields import Check, compile_check
from services.ingest.rejection import RejectedError, missing, pointer_to, unknown, wrong_type
from shared.contracts.topics import EventTypes
from shared.model.catalogue import Catalogue, EventType, FieldDef
from shared.model.values import Kind

CURRENCY = "currency"
_MOST_TOLD = 20

BUILT_IN: Mapping[str, EventType] = {
    "trait.assessed": EventType(
        "trait.assessed",
        {"en": "A person rated a trait", "zh": "人工评分"},
        {
            "trait": FieldDef("trait", Kind.TEXT, {"en": "Trait"}, required=True),
            "points": FieldDef(
                "points", Kind.NUMBER, {"en": "Points"}, required=True, minimum=0, maximum=100
            ),
            "assessor": FieldDef("assessor", Kind.TEXT, {"en": "Who rated"}, required=True),
            "evidence": FieldDef("evidence", Kind.TEXT, {"en": "Evidence"}, personal=True),
        },
    )
}
"""Types that Guanxi itself understands; a catalogue may declare them in its own way."""


@dataclass(frozen=True, slots=True)
class CompiledType:
    """The checks of one event type's fields."""

    name: str
    checks: Mapping[str, Check]
    required: Mapping[str, str]  # field → what is expected there
    keeps_null: bool  # a null clears a profile field; elsewhere it says nothing and is left out
    currency: str

    def check(self, data: Any) -> dict[str, Any]:
        """Return *data* as the rest of Guanxi reads it; raises RejectedError with all that is wrong in it."""
        if type(data) is not dict:
            raise wrong_type("/data", data, "an object")
        checked: dict[str, Any] = {}
        errors: list[RejectedError] = []
        for name, value in data.items():
            try:
                self._take(name, value, checked)
            except RejectedError as error:
                errors.append(error)
        errors += [
            missing(pointer_to("/data", name), expected)
            for name, expected in self.required.items()
            if name not in checked and data.get(name) is None
        ]
        if errors:
            raise RejectedError.first_of(errors[:_MOST_TOLD])
        return checked

    def _take(self, name: str, value: Any, checked: dict[str, Any]) -> None:
        check = self.checks.get(name)
        if check is None:
            self._expect_currency(name, value)
        elif value is not None:
            checked[name] = check(value)
        elif self.keeps_null and name not in self.required:
            checked[name] = None

    def _expect_currency(self, name: str, value: Any) -> None:
        """Refuse an undeclared field, but for ``currency`` naming the one currency there is."""
        pointer = pointer_to("/data", name)
        if name != CURRENCY:
            place = f' of "{self.name}"'
            raise unknown("unknown-field", pointer, "field", name, list(self.checks), place=place)
        if value != self.currency:
            detail = f"amounts are in {self.currency} here"
            raise RejectedError("wrong-currency", pointer, detail, expected=self.currency)


class CompiledCatalogue:
    """Every event type of a release, ready to check data."""

    def __init__(self, catalogue: Catalogue, digest: str = "") -> None:
        declared = {**BUILT_IN, **catalogue.events}
        self.digest = digest
        self._types = {name: _compile(event, catalogue) for name, event in declared.items()}
        self._personal = {
            name: frozenset(field.name for field in event.fields.values() if field.personal)
            for name, event in declared.items()
        }

    def type(self, name: str) -> CompiledType:
        """Return the type called *name*; raises RejectedError with a suggestion."""
        found = self._types.get(name)
        if found is None:
            raise unknown("unknown-type", "/type", "event type", name, sorted(self._types))
        return found

    def personal_fields(self, name: str) -> frozenset[str] | None:
        """Which fields of type *name* are personal; None when the type is not known."""
        return self._personal.get(name)

    @property
    def personal(self) -> frozenset[str]:
        """Every field that is personal in some type."""
        return frozenset().union(*self._personal.values())


def _compile(event: EventType, catalogue: Catalogue) -> CompiledType:
    return CompiledType(
        name=event.name,
        checks={name: compile_check(field, catalogue) for name, field in event.fields.items()},
        required={name: _expected(field) for name, field in event.fields.items() if field.required},
        keeps_null=event.sets_profile,
        currency=catalogue.currency,
    )


def _expected(field: FieldDef) -> str:
    """What a field that is missing should hold."""
    return f"one of {', '.join(field.choices)}" if field.choices else field.kind.value


INTERNAL_TYPES = frozenset({EventTypes.TASK_OUTCOME})
"""Sent by Guanxi's own services over the bus; their data is checked by who reads it."""
