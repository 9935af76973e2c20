"""Facts and events as tests give them: typed and unit-checked against the catalogue like rules. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.model.catalogue import EventType, FieldDef
from shared.model.rules import Bundle, FactDef, FactSource
from shared.model.values import FactValue, Kind, Value
from shared.policy.codes import BAD_VALUE, NOT_SETTABLE, UNKNOWN_FACT, UNKNOWN_NAME
from shared.policy.nodes import MapNode, Node, ScalarNode
from shared.policy.quantities import ValueType
from shared.policy.reading import Reading
from shared.policy.testing.model import Given, Happening
from shared.policy.testing.shapes import SUBJECTS

MISSING = frozenset({"missing", "缺失", "未知"})
_AFTER = re.compile(r"(.+?)(?:\s+after\s+|[，,]?\s*此前\s*)(.+)")


@dataclass(frozen=True, slots=True)
class ValueReader:
    """Reads the values of tests over one bundle's catalogue."""

    reading: Reading
    bundle: Bundle

    def given(self, entries: tuple[tuple[ScalarNode, Node], ...]) -> Given:
        """Read facts and their values."""
        facts: dict[str, FactValue] = {}
        before: dict[str, float] = {}
        for key, node in entries:
            fact = self._fact(key)
            for known, earlier in self._values(fact, node) if fact else ():
                facts[key.text] = known
                if earlier is not None:
                    before[key.text] = earlier
        return Given(facts, before)

    def _fact(self, key: ScalarNode) -> FactDef | None:
        fact = self.reading.lookup(key, self.bundle.facts, "fact", UNKNOWN_FACT)
        if fact is not None and fact.source is FactSource.CALENDAR:
            hint = "choose `now` and `at` so that the days lie where they should"
            message = f'"{key.text}" is a calendar: its days come from calendars/'
            self.reading.problems.add(NOT_SETTABLE, key.span, message, suggestion=hint)
            return None
        return fact

    def _values(self, fact: FactDef, node: Node) -> Iterator[tuple[FactValue, float | None]]:
        """Yield the value, and the one of the window before where it is given."""
        wanted = ValueType(fact.kind, self.reading.currency, fact.choices, fact.minimum, fact.maximum)
        if fact.kind is Kind.TEXTS:
            words = (
                self.reading.scalars(node, "a list, such as [a, b]") if not _is_missing(node, fact) else None
            )
            yield (None if words is None else tuple(sorted(self._texts(words, wanted)))), None
            return
        word = self.reading.scalar(node, f"a value of type {fact.kind.value}, or missing")
        if word is None:
            return
        if _is_missing(word, fact):
            yield None, None
        elif fact.compare and (both := _AFTER.fullmatch(word.text)):
            now, then = (self.reading.parse(text.strip(), wanted, word) for text in both.groups())
            if now is not None and isinstance(then, (int, float)):
                yield now, then
        elif (value := self.value(word, wanted)) is not None:
            yield value, None

    def _texts(self, words: tuple[ScalarNode, ...], wanted: ValueType) -> Iterator[str]:
        for word in words:
            if (value := self.value(word, wanted)) is not None:
                yield str(value)

    def value(self, word: ScalarNode, wanted: ValueType) -> Value | None:
        """Read one value; names of thresholds are refused, because a test is to notice their change."""
        if word.text.startswith("$"):
            message = f'"{word.text}" follows the threshold, so the test could not notice a change of it'
            self.reading.problems.add(BAD_VALUE, word.span, message, suggestion="write the number itself")
            return None
        return self.reading.parse(word.text, wanted, word)

    def happenings(self, node: Node | None) -> Iterator[Happening]:
        """Read events: each a name, or a name with its fields."""
        for item in self.reading.items(node, 'a list of events, each after "- "'):
            key, fields = self._event(item)
            event = self.reading.lookup(key, self.bundle.catalogue.events, "event") if key else None
            if event is not None:
                yield Happening(
                    event.name, dict(self._fields(event, key or ScalarNode("", item.span), fields))
                )

    def _event(self, item: Node) -> tuple[ScalarNode | None, MapNode | None]:
        if isinstance(item, ScalarNode) and not item.is_empty:
            return item, None
        if isinstance(item, MapNode) and len(item.entries) == 1:
            key, fields = item.entries[0]
            if isinstance(fields, MapNode):
                return key, fields
            if isinstance(fields, ScalarNode) and fields.is_empty:
                return key, None
        self.reading.misshapen(item, "one event, such as purchase: {amount: …}")
        return None, None

    def _fields(
        self, event: EventType, key: ScalarNode, node: MapNode | None
    ) -> Iterator[tuple[str, FactValue]]:
        given = node.entries if node else ()
        for name, value in given:
            field = self.reading.lookup(name, event.fields, f"field of {event.name}")
            if field is not None:
                yield from self._field(field, value)
        named = {name.text for name, _ in given}
        for field in event.fields.values():
            if field.required and field.name not in named:
                message = f'{event.name} needs the field "{field.name}"'
                self.reading.problems.add(UNKNOWN_NAME, key.span, message)

    def _field(self, field: FieldDef, node: Node) -> Iterator[tuple[str, FactValue]]:
        wanted = ValueType(field.kind, self.reading.currency, field.choices, field.minimum, field.maximum)
        if field.kind is Kind.TEXTS:
            yield field.name, tuple(self._texts(self.reading.scalars(node, "a list"), wanted))
        elif isinstance(node, ScalarNode) and node.is_empty:
            yield field.name, None  # unknown from now on
        elif (word := self.reading.scalar(node, "a value")) and (
            value := self.value(word, wanted)
        ) is not None:
            yield field.name, value


def _is_missing(node: Node, fact: FactDef) -> bool:
    if not isinstance(node, ScalarNode) or not node.plain:
        return False
    return node.text in MISSING and node.text not in fact.choices


def subjects(bundle: Bundle) -> Mapping[str, frozenset[str]]:
    """By kind of action, everything that rules of *bundle* order of it."""
    found: dict[str, set[str]] = {kind: set() for kind in SUBJECTS}
    for policy in bundle.policies:
        for rule in policy.rules:
            for action in rule.actions:
                if (kind := action.kind.value) in SUBJECTS:
                    found[kind].add(str(action.fields[SUBJECTS[kind]]))
    found["resolve_alert"] = found["raise_alert"]
    return {kind: frozenset(names) for kind, names in found.items()}
