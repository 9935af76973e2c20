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
from shared.policy.said import Said, example
from shared.policy.shapes import DERIVED_FACT, MANIFEST, TITLED
from shared.policy.suggest import did_you_mean, nearest

LANGUAGE = 1
KINDS = tuple(kind.value for kind in Kind)
TYPE = Said("a type", "类型")
_CURRENCY, _TIMEZONE = Said("currency", "币种"), Said("time zone", "时区")


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
    reading.currency = _known(fields, "currency", CURRENCIES, _CURRENCY, "CNY")
    facts, spans = _derived_facts(fields, reading)
    return Manifest(
        name=fields.text("name", "unnamed"),
        timezone=_known(fields, "timezone", available_timezones(), _TIMEZONE, "UTC"),
        currency=reading.currency,
        owner=fields.text("owner"),
        order=_files(fields, "order", reading),
        calendars=_files(fields, "calendars", reading),
        lists=_files(fields, "lists", reading),
        facts=facts,
        fact_spans=spans,
        groups=read_titled(fields.get("groups"), Said("a group", "群组"), reading),
        gates=read_gates(fields.get("gates"), reading),
        costs=read_costs(fields.get("costs"), reading),
        governance=read_governance(fields, reading),
        business=read_business(fields, reading),
    )


def read_titled(node: Node | None, what: Said, reading: Reading) -> dict[str, Text]:
    """Read a mapping of names to titles."""
    found: dict[str, Text] = {}
    for key, value in reading.entries(node, Said("names, each with a title", "名称，各带标题")):
        entry = reading.fields(value, TITLED)
        if reading.name(key, FACT_NAME, what) and entry:
            found[key.text] = entry.words("title")
    return found


def _check_language(fields: Fields, reading: Reading) -> None:
    version = fields.integer("language", LANGUAGE)
    if version != LANGUAGE:
        said = Said(f"language version {version} is not known here", f"此处不认识语言版本 {version}")
        expected = example(str(LANGUAGE))
        reading.problems.add(LANGUAGE_VERSION, fields.span_of("language"), said, expected=expected)


def _known(fields: Fields, name: str, known: frozenset[str] | set[str], what: Said, default: str) -> str:
    word = fields.word(name)
    if word is None:
        return default
    if word.text in known:
        return word.text
    near = did_you_mean(word.text, known)
    said = Said(f'unknown {what.en} "{word.text}"', f"未知的{what.zh}“{word.text}”")
    fields.reading.problems.add(UNKNOWN_NAME, word.span, said, suggestion=near)
    return nearest(word.text, known) or default  # go on with what was meant: one slip is told once


def _files(fields: Fields, name: str, reading: Reading) -> tuple[ScalarNode, ...]:
    words = fields.scalars(name)
    for word in duplicates(words):
        said = Said(f'"{word.text}" is named twice', f"“{word.text}”列出了两次")
        reading.problems.add(NAME_TAKEN, word.span, said)
    pattern = RULE_NAME if name == "order" else FACT_NAME
    return tuple(word for word in words if reading.name(word, pattern, Said("a file", "文件")))


def _derived_facts(fields: Fields, reading: Reading) -> tuple[dict[str, FactDef], dict[str, Span]]:
    facts, spans = {}, {}
    expected = Said("fact names, each with a type and a title", "事实名称，各带类型与标题")
    for key, value in reading.entries(fields.get("facts"), expected):
        spans[key.text] = key.span
        fact = _derived_fact(key, value, reading)
        if fact:
            facts[key.text] = fact
        else:
            reading.broken.add(key.text)
    return facts, spans


def _derived_fact(key: ScalarNode, value: Node, reading: Reading) -> FactDef | None:
    fields = reading.fields(value, DERIVED_FACT)
    if fields is None or not reading.name(key, FACT_NAME, Said("a fact", "事实")):
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
    found = fields.reading.option(word, KINDS, TYPE) if word else None
    return Kind(found) if found else None


def read_choices(fields: Fields, kind: Kind) -> tuple[str, ...]:
    """Read ``values``, which type choice must have and only choice and texts may have."""
    words = fields.scalars("values")
    for word in duplicates(words):
        said = Said(f'choice "{word.text}" stands twice', f"可选项“{word.text}”出现两次")
        fields.reading.problems.add(NAME_TAKEN, word.span, said)
    if kind is Kind.CHOICE and not words:
        said = Said("type choice needs its values", "类型 choice 须列出可选项 values")
        hint = Said("values: [one, another]", "values: [甲, 乙]")
        fields.reading.problems.add(BAD_VALUE, fields.span_of("type"), said, suggestion=hint)
    if words and kind not in {Kind.CHOICE, Kind.TEXTS}:
        said = Said(
            f"values are for type choice, not for {kind.value}",
            f"values 用于类型 choice，不用于 {kind.value}",
        )
        hint = example("type: choice")
        fields.reading.problems.add(BAD_VALUE, fields.span_of("values"), said, suggestion=hint)
    return tuple(word.text for word in words)
