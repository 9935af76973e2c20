"""policy.yaml: name, clock, currency, order of policies and the facts that rules set."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import available_timezones

from shared.model.governance import Governance
from shared.model.rules import FactDef, FactSource, Gates
from shared.model.values import Kind, Text
from shared.policy.codes import BAD_VALUE, LANGUAGE_VERSION, NAME_TAKEN, UNKNOWN_NAME
from shared.policy.currencies import CURRENCIES
from shared.policy.documents.business import BusinessDays, read_business
from shared.policy.documents.gates import read_costs, read_gates
from shared.policy.documents.governance import read_governance
from shared.policy.nodes import Node, ScalarNode, Span
from shared.policy.quantities import ValueType
from shared.policy.reading import FACT_NAME, RULE_NAME, Fields, Reading, duplicates
from shared.policy.shapes import DERIVED_FACT, MANIFEST, TITLED
from shared.policy.suggest import did_you_mean, nearest

LANGUAGE = 1
KINDS = tuple(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class Manifest:
    """What policy.yaml declares."""

    name: str = "unnamed"
    timezone: str = "UTC"
    currency: str = "CNY"
    owner: str = ""
    order: tuple[ScalarNode, ...] = ()
    calendars: tuple[ScalarNode, ...] = ()
    lists: tuple[ScalarNode, ...] = ()
    facts: Mapping[str, FactDef] = field(default_factory=dict)
    fact_spans: Mapping[str, Span] = field(default_factory=dict)
    groups: Mapping[str, Text] = field(default_factory=dict)
    gates: Gates = field(default_factory=Gates)
    costs: tuple[tuple[ScalarNode, int], ...] = ()
    governance: Governance = field(default_factory=Governance)
    business: BusinessDays = field(default_factory=BusinessDays)


def read_manifest(node: Node, reading: Reading) -> Manifest:
    """Read policy.yaml; *reading* learns the currency."""
    fields = reading.fields(node, MANIFEST)
    if fields is None:
        return Manifest()
    _check_language(fields, reading)
    reading.currency = _known(fields, "currency", CURRENCIES, "currency", "CNY")
    facts, spans = _derived_facts(fields, reading)
    return Manifest(
        name=fields.text("name", "unnamed"),
        timezone=_known(fields, "timezone", available_timezones(), "time zone", "UTC"),
        currency=reading.currency,
        owner=fields.text("owner"),
        order=_files(fields, "order", reading),
        calendars=_files(fields, "calendars", reading),
        lists=_files(fields, "lists", reading),
        facts=facts,
        fact_spans=spans,
        groups=read_titled(fields.get("groups"), "a group", reading),
        gates=read_gates(fields.get("gates"), reading),
        costs=read_costs(fields.get("costs"), reading),
        governance=read_governance(fields, reading),
        business=read_business(fields, reading),
    )


def read_titled(node: Node | None, what: str, reading: Reading) -> dict[str, Text]:
    """Read a mapping of names to titles."""
    found: dict[str, Text] = {}
    for key, value in reading.entries(node, "names, each with a title"):
        entry = reading.fields(value, TITLED)
        if reading.name(key, FACT_NAME, what) and entry:
            found[key.text] = entry.words("title")
    return found


def _check_language(fields: Fields, reading: Reading) -> None:
    version = fields.integer("language", LANGUAGE)
    if version != LANGUAGE:
        message = f"language version {version} is not known here"
        reading.problems.add(LANGUAGE_VERSION, fields.span_of("language"), message, expected=str(LANGUAGE))


def _known(fields: Fields, name: str, known: frozenset[str] | set[str], what: str, default: str) -> str:
    word = fields.word(name)
    if word is None:
        return default
    if word.text in known:
        return word.text
    near = did_you_mean(word.text, known)
    fields.reading.problems.add(UNKNOWN_NAME, word.span, f'unknown {what} "{word.text}"', suggestion=near)
    return nearest(word.text, known) or default  # go on with what was meant: one slip is told once


def _files(fields: Fields, name: str, reading: Reading) -> tuple[ScalarNode, ...]:
    words = fields.scalars(name)
    for word in duplicates(words):
        reading.problems.add(NAME_TAKEN, word.span, f'"{word.text}" is named twice')
    pattern = RULE_NAME if name == "order" else FACT_NAME
    return tuple(word for word in words if reading.name(word, pattern, "a file"))


def _derived_facts(fields: Fields, reading: Reading) -> tuple[dict[str, FactDef], dict[str, Span]]:
    facts, spans = {}, {}
    for key, value in reading.entries(fields.get("facts"), "fact names, each with a type and a title"):
        spans[key.text] = key.span
        fact = _derived_fact(key, value, reading)
        if fact:
            facts[key.text] = fact
        else:
            reading.broken.add(key.text)
    return facts, spans


def _derived_fact(key: ScalarNode, value: Node, reading: Reading) -> FactDef | None:
    fields = reading.fields(value, DERIVED_FACT)
    if fields is None or not reading.name(key, FACT_NAME, "a fact"):
        return None
    kind = read_kind(fields)
    if kind is None:
        return None
    choices = read_choices(fields, kind)
    low, high = (0, 100) if kind is Kind.PERCENT else (None, None)
    initial = fields.value("initial", ValueType(kind, reading.currency, choices, low, high))
    return FactDef(
        key.text,
        kind,
        FactSource.POLICY,
        fields.words("title"),
        choices,
        minimum=low,
        maximum=high,
        initial=initial,
    )


def read_kind(fields: Fields) -> Kind | None:
    """Read ``type``."""
    word = fields.word("type")
    found = fields.reading.option(word, KINDS, "a type") if word else None
    return Kind(found) if found else None


def read_choices(fields: Fields, kind: Kind) -> tuple[str, ...]:
    """Read ``values``, which type choice must have and only choice and texts may have."""
    words = fields.scalars("values")
    for word in duplicates(words):
        fields.reading.problems.add(NAME_TAKEN, word.span, f'choice "{word.text}" stands twice')
    if kind is Kind.CHOICE and not words:
        fields.reading.problems.add(
            BAD_VALUE,
            fields.span_of("type"),
            "type choice needs its values",
            suggestion="values: [one, another]",
        )
    if words and kind not in {Kind.CHOICE, Kind.TEXTS}:
        message = f"values are for type choice, not for {kind.value}"
        fields.reading.problems.add(BAD_VALUE, fields.span_of("values"), message, suggestion="type: choice")
    return tuple(word.text for word in words)
