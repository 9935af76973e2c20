"""The fact table: every name a rule may test, with its type and where it comes from. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from shared.customer.assess import COVERAGE, CUSTOMER_SINCE_DAYS, SCORE
from shared.customer.file import MISSING, MISSING_COUNT, STALE, STALE_COUNT, FileField, file_fields
from shared.model.catalogue import Calendar, Entitlement, EventType, MetricDef, Tier, TraitDef
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind, Text
from shared.policy.codes import NAME_TAKEN
from shared.policy.nodes import Span
from shared.policy.problems import Problems
from shared.policy.said import Said

TIER, GROUPS, ENTITLEMENTS = "tier", "groups", "entitlements"


@dataclass(frozen=True, slots=True)
class Declared:
    """Everything that facts are made of."""

    events: Mapping[str, EventType] = field(default_factory=dict)
    metrics: Mapping[str, MetricDef] = field(default_factory=dict)
    traits: Mapping[str, TraitDef] = field(default_factory=dict)
    tiers: tuple[Tier, ...] = ()
    entitlements: Mapping[str, Entitlement] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    derived: Mapping[str, FactDef] = field(default_factory=dict)
    groups: Mapping[str, Text] = field(default_factory=dict)


def fact_table(declared: Declared, spans: Mapping[str, Span], problems: Problems) -> dict[str, FactDef]:
    """Name every fact once; a name with two meanings is a problem at *spans*, where facts are declared."""
    table: dict[str, FactDef] = {}
    for fact in _all(declared):
        first = table.get(fact.name)
        if first is None:
            table[fact.name] = fact
        elif not (first.source is FactSource.PROFILE is fact.source and first.kind is fact.kind):
            place = spans.get(fact.name) or spans.get("", Span("policy.yaml"))
            hint = Said("rename one of the two", "将其一改名")
            problems.add(NAME_TAKEN, place, _two_meanings(fact.name, first, fact), suggestion=hint)
    return table


def _two_meanings(name: str, first: FactDef, second: FactDef) -> Said:
    one, other = source_name(first.source), source_name(second.source)
    return Said(
        f'"{name}" is the name of a {one.en} fact and of a {other.en} fact',
        f"“{name}”既是{one.zh}的名称，又是{other.zh}的名称",
    )


_SOURCES = {
    FactSource.METRIC: "指标",
    FactSource.TRAIT: "特质",
    FactSource.SCORE: "总分类事实",
    FactSource.PROFILE: "档案事实",
    FactSource.POLICY: "规则设定的事实",
    FactSource.CALENDAR: "日历",
}


def source_name(source: FactSource) -> Said:
    """Where facts of *source* come from."""
    return Said(source.value, _SOURCES[source])


def _all(declared: Declared) -> Iterator[FactDef]:
    yield from _built_in(declared)
    yield from declared.derived.values()
    yield from _traits(declared.traits.values())
    yield from _metrics(declared.metrics.values())
    yield from _profile(declared.events.values())
    yield from _file(file_fields(declared.events.values()))
    for calendar in declared.calendars.values():
        yield FactDef(calendar.id, Kind.DATE, FactSource.CALENDAR, calendar.title)


def _built_in(declared: Declared) -> Iterator[FactDef]:
    tiers = tuple(tier.id for tier in declared.tiers)
    policy = FactSource.POLICY
    yield FactDef(
        TIER, Kind.CHOICE, policy, {"en": "Tier", "zh": "等级"}, tiers, initial=tiers[0] if tiers else None
    )
    yield FactDef(GROUPS, Kind.TEXTS, policy, {"en": "Groups", "zh": "所属群组"}, tuple(declared.groups))
    yield FactDef(
        ENTITLEMENTS,
        Kind.TEXTS,
        policy,
        {"en": "Entitlements", "zh": "享有的权益"},
        tuple(declared.entitlements),
    )
    since_change = {"en": "Days in the present tier", "zh": "处于当前等级的天数"}
    since_first = {"en": "Days since the first event", "zh": "成为客户的天数"}
    yield FactDef("days_in_tier", Kind.DAYS, policy, since_change, minimum=0)
    yield FactDef(CUSTOMER_SINCE_DAYS, Kind.DAYS, FactSource.METRIC, since_first, minimum=0)
    score = FactSource.SCORE
    yield FactDef(SCORE, Kind.NUMBER, score, {"en": "Score", "zh": "总分"}, minimum=0, maximum=100)
    coverage = {"en": "Share of the score backed by evidence", "zh": "评分中有证据的比重"}
    yield FactDef(COVERAGE, Kind.PERCENT, score, coverage, minimum=0, maximum=100)


def _traits(traits: Iterable[TraitDef]) -> Iterator[FactDef]:
    for trait in traits:
        yield FactDef(trait.id, Kind.NUMBER, FactSource.TRAIT, trait.title, minimum=0, maximum=100)


def _metrics(metrics: Iterable[MetricDef]) -> Iterator[FactDef]:
    for metric in metrics:
        yield FactDef(
            metric.id,
            metric.kind,
            FactSource.METRIC,
            metric.title,
            metric.choices,
            metric.minimum,
            metric.maximum,
            personal=metric.personal,
            compare=metric.compare,
        )


def _profile(events: Iterable[EventType]) -> Iterator[FactDef]:
    for event in events:
        if not event.sets_profile:
            continue
        for item in event.fields.values():
            yield FactDef(
                item.name,
                item.kind,
                FactSource.PROFILE,
                item.title,
                item.choices,
                item.minimum,
                item.maximum,
                personal=item.personal,
            )


def _file(fields: Iterable[FileField]) -> Iterator[FactDef]:
    """What files lack and what grew old in them, where events.yaml asks for it."""
    fields = tuple(fields)
    wanted = tuple(each for each in fields if each.wanted)
    dated = tuple(each for each in fields if each.stale_after_days is not None)
    if wanted:
        yield _count(MISSING_COUNT, {"en": "Fields missing in the file", "zh": "档案缺项数"}, len(wanted))
        yield _names(MISSING, {"en": "What is missing in the file", "zh": "档案缺项"}, wanted)
    if dated:
        yield _count(STALE_COUNT, {"en": "Fields of the file to confirm", "zh": "档案待核对项数"}, len(dated))
        yield _names(STALE, {"en": "What to confirm in the file", "zh": "档案待核对项"}, dated)


def _count(name: str, title: Text, most: int) -> FactDef:
    return FactDef(name, Kind.INTEGER, FactSource.METRIC, title, minimum=0, maximum=most)


def _names(name: str, title: Text, fields: Sequence[FileField]) -> FactDef:
    words = {each.name: each.title for each in fields}
    return FactDef(name, Kind.TEXTS, FactSource.METRIC, title, tuple(words), words=words)
