"""events.yaml: what publishers may send."""

from shared.model.catalogue import EventType, FieldDef
from shared.model.values import Kind
from shared.policy.codes import PHRASE_MISFIT
from shared.policy.documents.manifest import read_choices, read_kind
from shared.policy.nodes import Node, ScalarNode
from shared.policy.quantities import ValueType
from shared.policy.reading import EVENT_NAME, FACT_NAME, Fields, Reading
from shared.policy.said import Said
from shared.policy.shapes import EVENT, EVENTS, FIELD


def read_events(node: Node, reading: Reading) -> dict[str, EventType]:
    """Read every event type."""
    fields = reading.fields(node, EVENTS)
    events: dict[str, EventType] = {}
    expected = Said("event types by name", "按名称列出的事件类型")
    for key, value in reading.entries(fields.get("events") if fields else None, expected):
        event = _event(key, value, reading)
        if event:
            events[key.text] = event
        else:
            reading.broken.add(key.text)
    return events


def _event(key: ScalarNode, node: Node, reading: Reading) -> EventType | None:
    fields = reading.fields(node, EVENT)
    if fields is None or not reading.name(key, EVENT_NAME, Said("an event type", "事件类型")):
        return None
    found: dict[str, FieldDef] = {}
    expected = Said("fields by name, or {} for none", "按名称列出的字段；没有则写 {}")
    for name, value in reading.entries(fields.get("fields"), expected):
        field = _field(name, value, reading)
        if field:
            found[name.text] = field
        else:
            reading.broken.add(name.text)
    return EventType(key.text, fields.words("title"), found, fields.boolean("sets_profile"))


def _field(key: ScalarNode, node: Node, reading: Reading) -> FieldDef | None:
    fields = reading.fields(node, FIELD)
    if fields is None or not reading.name(key, FACT_NAME, Said("a field", "字段")):
        return None
    kind = read_kind(fields)
    if kind is None:
        return None
    low, high = _bound(fields, "at least", kind), _bound(fields, "at most", kind)
    return FieldDef(
        key.text,
        kind,
        fields.words("title") or {"en": key.text.replace("_", " ")},
        required=fields.boolean("required"),
        personal=fields.boolean("personal"),
        choices=read_choices(fields, kind),
        minimum=low,
        maximum=high,
    )


def _bound(fields: Fields, name: str, kind: Kind) -> float | None:
    word = fields.word(name)
    if word is None:
        return None
    if not kind.is_numeric:
        said = Said(
            f'"{name}" is for numbers, not for {kind.value}', f"“{name}”用于数字，不用于 {kind.value}"
        )
        fields.reading.problems.add(PHRASE_MISFIT, word.span, said)
        return None
    if word.text == "0":
        return 0  # nothing of any unit
    value = fields.reading.value(word, ValueType(kind, fields.reading.currency))
    return value if isinstance(value, (int, float)) else None
