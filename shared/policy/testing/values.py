"""Facts and events as tests give them: typed and unit-checked against the catalogue like rules. Pure."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.model.catalogue import EventType, FieldDef
from shared.model.rules import Bundle, FactDef, FactSource
from shared.model.values import FactValue, Kind, Value
from shared.policy.codes import BAD_VALUE, NOT_SETTABLE, UNKNOWN_FACT, UNKNOWN_NAME
from shared.policy.documents.metrics import field_of
from shared.policy.nodes import MapNode, Node, ScalarNode
from shared.policy.quantities import ValueType
from shared.policy.reading import Reading
from shared.policy.said import Said
from shared.policy.testing.model import Given, Happening
from shared.policy.testing.shapes import SUBJECTS

_EVENTS = Said('a list of events, each after "- "', "事件列表，每项以“- ”开头")
_ONE_EVENT = Said("one event, such as purchase: {amount: …}", "一个事件，例如 purchase: {amount: …}")
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
        fact = self.reading.lookup(key, self.bundle.facts, Said("fact", "事实"), UNKNOWN_FACT)
        if fact is not None and fact.source is FactSource.CALENDAR:
            said = Said(
                f'"{key.text}" is a calendar: its days come from calendars/',
                f"“{key.text}”是日历，其日期来自 calendars/",
            )
            hint = Said(
                "choose `now` and `at` so that the days lie where they should",
                "请选择 `now` 与 `at`，使日期落在应在之处",
            )
            self.reading.problems.add(NOT_SETTABLE, key.span, said, suggestion=hint)
            return None
        return fact

    def _values(self, fact: FactDef, node: Node) -> Iterator[tuple[FactValue, float | None]]:
        """Yield the value, and the one of the window before where it is given."""
        wanted = ValueType(fact.kind, self.reading.currency, fact.choices, fact.minimum, fact.maximum)
        if fact.kind is Kind.TEXTS:
            expected = Said("a list, such as [a, b]", "列表，例如 [a, b]")
            words = None if _is_missing(node, fact) else self.reading.scalars(node, expected)
            yield (None if words is None else tuple(sorted(self._texts(words, wanted)))), None
            return
        kind = fact.kind.value
        expected = Said(f"a value of type {kind}, or missing", f"类型为 {kind} 的值，或 missing（缺失）")
        word = self.reading.scalar(node, expected)
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
            said = Said(
                f'"{word.text}" follows the threshold, so the test could not notice a change of it',
                f"“{word.text}”跟随门槛而变，测试便察觉不到门槛的改动",
            )
            hint = Said("write the number itself", "直接写出数字")
            self.reading.problems.add(BAD_VALUE, word.span, said, suggestion=hint)
            return None
        return self.reading.parse(word.text, wanted, word)

    def happenings(self, node: Node | None) -> Iterator[Happening]:
        """Read events: each a name, or a name with its fields."""
        for item in self.reading.items(node, _EVENTS):
            key, fields = self._event(item)
            event = (
                self.reading.lookup(key, self.bundle.catalogue.events, Said("event", "事件")) if key else None
            )
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
        self.reading.misshapen(item, _ONE_EVENT)
        return None, None

    def _fields(
        self, event: EventType, key: ScalarNode, node: MapNode | None
    ) -> Iterator[tuple[str, FactValue]]:
        given = node.entries if node else ()
        for name, value in given:
            field = self.reading.lookup(name, event.fields, field_of(event.name))
            if field is not None:
                yield from self._field(field, value)
        named = {name.text for name, _ in given}
        for field in event.fields.values():
            if field.required and field.name not in named:
                said = Said(
                    f'{event.name} needs the field "{field.name}"', f"{event.name} 缺少字段“{field.name}”"
                )
                self.reading.problems.add(UNKNOWN_NAME, key.span, said)

    def _field(self, field: FieldDef, node: Node) -> Iterator[tuple[str, FactValue]]:
        wanted = ValueType(field.kind, self.reading.currency, field.choices, field.minimum, field.maximum)
        if field.kind is Kind.TEXTS:
            yield field.name, tuple(self._texts(self.reading.scalars(node, Said("a list", "列表")), wanted))
        elif isinstance(node, ScalarNode) and node.is_empty:
            yield field.name, None  # unknown from now on
        elif (word := self.reading.scalar(node, Said("a value", "一个值"))) and (
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
