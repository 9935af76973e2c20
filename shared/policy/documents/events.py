"""events.yaml: what publishers may send, and what is asked of the fields of a customer's file."""

from collections.abc import Mapping
from dataclasses import replace

from shared.customer.apply import CONFIRMED
from shared.model.catalogue import EventType, FieldDef
from shared.model.values import Kind
from shared.policy.codes import BAD_VALUE, PHRASE_MISFIT
from shared.policy.documents.manifest import read_choices, read_kind
from shared.policy.nodes import Node, ScalarNode
from shared.policy.quantities import ValueType
from shared.policy.reading import EVENT_NAME, FACT_NAME, Fields, Reading
from shared.policy.said import Said, example
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
    return _with_confirmable(events)


def _with_confirmable(events: Mapping[str, EventType]) -> dict[str, EventType]:
    """What a confirmation may name are the fields of the profile, unless it says so itself."""
    profile = dict.fromkeys(name for each in events.values() if each.sets_profile for name in each.fields)
    completed = dict(events)
    for event in events.values():
        named = event.fields.get(CONFIRMED)
        if event.confirms_profile and named and not named.choices:
            fields = {**event.fields, CONFIRMED: replace(named, choices=tuple(profile))}
            completed[event.name] = replace(event, fields=fields)
    return completed


def _event(key: ScalarNode, node: Node, reading: Reading) -> EventType | None:
    fields = reading.fields(node, EVENT)
    if fields is None or not reading.name(key, EVENT_NAME, Said("an event type", "事件类型")):
        return None
    sets_profile, confirms_profile = fields.boolean("sets_profile"), fields.boolean("confirms_profile")
    found: dict[str, FieldDef] = {}
    expected = Said("fields by name, or {} for none", "按名称列出的字段；没有则写 {}")
    for name, value in reading.entries(fields.get("fields"), expected):
        given = reading.fields(value, FIELD)
        field = _field(name, given, reading) if given else None
        if given is None or field is None:
            reading.broken.add(name.text)
            continue
        found[name.text] = field
        if not sets_profile:
            _refuse_upkeep(given)
        if confirms_profile and name.text == CONFIRMED and field.kind is not Kind.TEXTS:
            said = Said(f'"{CONFIRMED}" names what was found right', f"“{CONFIRMED}”列出核对无误的字段")
            reading.problems.add(BAD_VALUE, given.span_of("type"), said, expected=example("type: texts"))
    return EventType(key.text, fields.words("title"), found, sets_profile, confirms_profile)


def _refuse_upkeep(fields: Fields) -> None:
    """Only what stays in a file can be missing there or grow old."""
    for name in ("wanted", "stale_after"):
        if fields.has(name):
            said = Said(f'"{name}" is for fields of the customer\'s profile', f"“{name}”用于客户档案的字段")
            hint = Said("the event type needs sets_profile: true", "该事件类型须写 sets_profile: true")
            fields.reading.problems.add(BAD_VALUE, fields.span_of(name), said, suggestion=hint)


def _field(key: ScalarNode, fields: Fields, reading: Reading) -> FieldDef | None:
    if not reading.name(key, FACT_NAME, Said("a field", "字段")):
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
        wanted=fields.boolean("wanted"),
        stale_after_days=fields.days("stale_after", low=1) or None,
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
