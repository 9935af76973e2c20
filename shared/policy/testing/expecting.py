"""What a test expects, read and checked: actions that rules can order, facts, distances. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from shared.model.rules import FactDef, FactSource, RuleDef
from shared.model.values import Kind
from shared.policy.codes import BAD_VALUE, NOT_SETTABLE, UNKNOWN_FACT
from shared.policy.nodes import Node, ScalarNode
from shared.policy.quantities import PERCENT_UNITS, ValueType, write_value
from shared.policy.reading import Fields
from shared.policy.said import Said, one_of_many
from shared.policy.suggest import did_you_mean
from shared.policy.testing.distances import CHANGED
from shared.policy.testing.distances import MISSING as LACKS
from shared.policy.testing.model import Expectation, Named, Nearest, Wanted
from shared.policy.testing.shapes import EXPECT, NEAREST, ORDERS
from shared.policy.testing.values import MISSING, ValueReader, subjects

_FACT, _RULE = Said("fact", "事实"), Said("rule", "规则")
_SETTINGS = Said("facts and values: {importance: important}", "事实与值：{importance: important}")
_VALUES = Said("a value, or several that are set one after another", "一个值，或先后设定的几个值")
_DISTANCES = Said("facts and distances: {score: 1}", "事实与差距：{score: 1}")
_DISTANCE = Said("a distance, a value, or missing", "差距、值，或 missing（缺失）")


@dataclass(frozen=True, slots=True)
class ExpectationReader:
    """Reads `expect` over one bundle."""

    values: ValueReader
    ordered: Mapping[str, frozenset[str]] = field(init=False)
    rules: Mapping[str, RuleDef] = field(init=False)

    def __post_init__(self) -> None:
        bundle = self.values.bundle
        tiers = frozenset(tier.id for tier in bundle.catalogue.tiers)
        object.__setattr__(self, "ordered", {**subjects(bundle), "change_tier": tiers})
        rules = {rule.id: rule for policy in bundle.policies for rule in policy.rules}
        object.__setattr__(self, "rules", rules)

    def read(self, node: Node | None) -> Expectation | None:
        """Read one expectation; None when there is none, or nothing of it could be read."""
        if node is None:
            return None
        fields = self.values.reading.fields(node, EXPECT)
        if fields is None:
            return None
        expectation = Expectation(
            span=fields.span,
            actions=tuple(self._actions(fields)),
            nothing=fields.boolean("nothing"),
            because=tuple(self._facts(fields)),
            nearest=self._nearest(fields),
            reason=fields.words("reason"),
            held=tuple(self._held(fields)) if fields.has("held") else None,
        )
        self._check(fields, expectation)
        return expectation

    def _check(self, fields: Fields, expectation: Expectation) -> None:
        problems = self.values.reading.problems
        if fields.has("nothing") and not expectation.nothing:
            said = Said('"nothing" can only be true', "“nothing”只能为 true")
            problems.add(BAD_VALUE, fields.span_of("nothing"), said)
        elif expectation.nothing and expectation.actions:
            said = Said("an action is expected, and nothing as well", "既预期动作，又预期没有动作")
            problems.add(BAD_VALUE, fields.span_of("nothing"), said)
        elif not fields.node.entries:
            expected = Said("an action, or nothing: true", "一个动作，或 nothing: true")
            problems.add(BAD_VALUE, fields.span, Said("nothing is expected", "没有预期"), expected=expected)

    def _actions(self, fields: Fields) -> Iterator[Wanted]:
        for key in ORDERS:
            if key.name == "set":
                yield from self._settings(fields.get("set"))
                continue
            for word in fields.scalars(key.name):
                if self._is_ordered(key.name, word):
                    yield Wanted(key.name, word.text, span=word.span)

    def _is_ordered(self, kind: str, word: ScalarNode) -> bool:
        known = self.ordered[kind]
        if word.text in known:
            return True
        what = Said(f"is what a rule orders by {kind.replace('_', ' ')}", f"任何规则以 {kind} 下达的内容")
        if kind == "change_tier":
            what = Said("is a tier", "等级")
        self.values.reading.problems.add(
            BAD_VALUE,
            word.span,
            Said(f'"{word.text}" is nothing that {what.en}', f"“{word.text}”不是{what.zh}"),
            expected=one_of_many(sorted(known)),
            suggestion=did_you_mean(word.text, known),
        )
        return False

    def _settings(self, node: Node | None) -> Iterator[Wanted]:
        reading, facts = self.values.reading, self.values.bundle.facts
        for key, value in reading.entries(node, _SETTINGS):
            fact = reading.lookup(key, facts, _FACT, UNKNOWN_FACT)
            if fact is not None and fact.source is not FactSource.POLICY:
                said = Said(f'no rule can set "{key.text}"', f"没有规则能设定“{key.text}”")
                reading.problems.add(NOT_SETTABLE, key.span, said)
            elif fact is not None:
                wanted = ValueType(fact.kind, reading.currency, fact.choices)
                for word in reading.scalars(value, _VALUES):
                    if (read := self.values.value(word, wanted)) is not None:
                        yield Wanted("set", fact.name, read, word.span)

    def _held(self, fields: Fields) -> Iterator[Named]:
        for word in fields.scalars("held"):
            if self.values.reading.lookup(word, self.rules, _RULE):
                yield Named(word.text, word.span)

    def _facts(self, fields: Fields) -> Iterator[Named]:
        reading, facts = self.values.reading, self.values.bundle.facts
        for word in fields.scalars("because"):
            if reading.lookup(word, facts, _FACT, UNKNOWN_FACT):
                yield Named(word.text, word.span)

    def _nearest(self, fields: Fields) -> Nearest | None:
        node = fields.get("nearest")
        inner = self.values.reading.fields(node, NEAREST) if node is not None else None
        word = inner.word("rule") if inner else None
        if inner is None or word is None or self.values.reading.lookup(word, self.rules, _RULE) is None:
            return None
        return Nearest(word.text, dict(self._distances(inner.get("missing"))), word.span)

    def _distances(self, node: Node | None) -> Iterator[tuple[str, str]]:
        reading, facts = self.values.reading, self.values.bundle.facts
        for key, value in reading.entries(node, _DISTANCES):
            fact = reading.lookup(key, facts, _FACT, UNKNOWN_FACT)
            word = reading.scalar(value, _DISTANCE) if fact else None
            if fact is None or word is None:
                continue
            if word.plain and (word.text in MISSING or word.text == CHANGED):
                yield key.text, CHANGED if word.text == CHANGED else LACKS
                continue
            kind = _kind_of_distance(fact, word.text)
            read = self.values.value(word, ValueType(kind, reading.currency, fact.choices))
            if read is not None:
                yield key.text, write_value(read, kind, reading.currency)


def _kind_of_distance(fact: FactDef, text: str) -> Kind:
    """Days to a date; percents of growth; else what the fact is."""
    if fact.kind in (Kind.DATE, Kind.MONTH_DAY):
        return Kind.DAYS
    grown = fact.compare and any(text.endswith(unit) for unit in PERCENT_UNITS)
    return Kind.PERCENT if grown else fact.kind
