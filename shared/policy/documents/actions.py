"""Actions: what a rule orders, each with its declared fields."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from shared.model.catalogue import Entitlement, EventType, Tier
from shared.model.rules import Action, ActionField, ActionKind, FactDef, FactSource
from shared.model.values import Text
from shared.policy.codes import NOT_SETTABLE, UNKNOWN_FACT, UNKNOWN_NAME, WRONG_SHAPE
from shared.policy.documents.tables import TableReader
from shared.policy.facts import source_name
from shared.policy.nodes import MapNode, Node, ScalarNode, Span
from shared.policy.quantities import ValueType
from shared.policy.reading import RULE_NAME, Fields, Reading
from shared.policy.said import Said, one_of
from shared.policy.shapes import (
    ACTIONS,
    CHANGE_TIER,
    CHANNELS,
    CREATE_TASK,
    OFFER,
    OFFER_KINDS,
    RAISE_ALERT,
    SEVERITIES,
)
from shared.policy.suggest import did_you_mean

_ENTITLEMENT, _GROUP = Said("entitlement", "权益"), Said("group", "群组")
_ACTIONS = Said('a list of actions, each after "- "', "动作列表，每项以“- ”开头")
_ONE_ACTION = Said(
    'one action after each "- ", such as "- change_tier: {to: …}"',
    "每个“- ”之后一个动作，例如“- change_tier: {to: …}”",
)


def _add_route(template: str) -> Said:
    match = f"match: {{template: {template}}}"
    return Said(f'add a route with "{match}"', f"添加一条含“{match}”的路由")


@dataclass(frozen=True, slots=True)
class ActionReader:
    """Reads actions; *settable* are the derived facts, *templates* the messages routes know."""

    reading: Reading
    tables: TableReader
    settable: Mapping[str, FactDef]
    events: Mapping[str, EventType]
    tiers: Mapping[str, Tier]
    entitlements: Mapping[str, Entitlement]
    groups: Mapping[str, Text]
    templates: frozenset[str] | None  # None: notifications.yaml could not be read

    def read(self, node: Node | None) -> Iterator[tuple[Action, Span]]:
        """Yield every action under ``then`` with its place."""
        for item in self.reading.items(node, _ACTIONS):
            if not isinstance(item, MapNode) or len(item.entries) != 1:
                several = isinstance(item, MapNode) and len(item.entries) > 1
                span = item.entries[1][0].span if isinstance(item, MapNode) and several else item.span
                said = Said("this is not one action", "此处不是单个动作")
                self.reading.problems.add(WRONG_SHAPE, span, said, expected=_ONE_ACTION)
                continue
            key, value = item.entries[0]
            reader = self._readers().get(key.text)
            if reader is None:
                self._unknown(key)
                continue
            for kind, fields in reader(value):
                yield Action(kind, fields), key.span

    def _unknown(self, key: ScalarNode) -> None:
        expected, near = one_of(ACTIONS), did_you_mean(key.text, ACTIONS)
        said = Said(f'unknown action "{key.text}"', f"未知的动作“{key.text}”")
        self.reading.problems.add(UNKNOWN_NAME, key.span, said, expected=expected, suggestion=near)

    def _readers(self) -> Mapping[str, Callable[[Node], Iterator[tuple[ActionKind, dict[str, ActionField]]]]]:
        return {
            "change_tier": self._change_tier,
            "set": self._set,
            "raise_alert": self._raise_alert,
            "create_task": self._create_task,
            "offer": self._offer,
            "grant": lambda node: self._named(node, ActionKind.GRANT, _ENTITLEMENT, self.entitlements),
            "revoke": lambda node: self._named(node, ActionKind.REVOKE, _ENTITLEMENT, self.entitlements),
            "add_to": lambda node: self._named(node, ActionKind.ADD_TO, _GROUP, self.groups),
            "remove_from": lambda node: self._named(node, ActionKind.REMOVE_FROM, _GROUP, self.groups),
            "notify": self._notify,
        }

    def _change_tier(self, node: Node) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        fields = self.reading.fields(node, CHANGE_TIER)
        word = fields.word("to") if fields else None
        tier = self.reading.lookup(word, self.tiers, Said("tier", "等级")) if word else None
        if fields and tier:
            change: dict[str, ActionField] = {
                "to": tier.id,
                "keep_at_least_days": fields.days("keep_at_least"),
            }
            if fields.boolean("at_once"):
                change["at_once"] = True
            yield ActionKind.CHANGE_TIER, change

    def _set(self, node: Node) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        if not isinstance(node, MapNode) or not node.entries:
            expected = Said(
                "a fact and its value: {importance: important}", "事实及其值：{importance: important}"
            )
            self.reading.misshapen(node, expected)
            return
        for key, value in sorted(node.entries, key=lambda entry: entry[0].text):
            fact = self._settable(key)
            answer = self._setting(fact, value) if fact else None
            if fact and answer is not None:
                yield ActionKind.SET, {"fact": fact.name, "value": answer}

    def _settable(self, key: ScalarNode) -> FactDef | None:
        known = self.tables.facts.get(key.text)
        if known is not None and key.text not in self.settable:
            self._refuse(key, known)
            return None
        return self.reading.lookup(key, self.settable, Said("fact to set", "可设定的事实"), UNKNOWN_FACT)

    def _refuse(self, key: ScalarNode, known: FactDef) -> None:
        hint = Said("declare a fact of its own in policy.yaml", "在 policy.yaml 中另行声明一个事实")
        if key.text == "tier":
            hint = Said("use change_tier", "请用 change_tier")
        source = source_name(known.source)
        what = Said(f"a {source.en} fact", source.zh)
        if known.source is FactSource.POLICY:
            what = Said("kept by Guanxi", "由 Guanxi 维护的事实")
        said = Said(f'"{key.text}" is {what.en}', f"“{key.text}”是{what.zh}")
        self.reading.problems.add(NOT_SETTABLE, key.span, said, suggestion=hint)

    def _setting(self, fact: FactDef, node: Node) -> ActionField:
        wanted = ValueType(fact.kind, self.reading.currency, fact.choices, fact.minimum, fact.maximum)
        if isinstance(node, MapNode):
            inner = node.get("table")
            if len(node.entries) != 1 or inner is None:
                expected = "{table: {inputs: …, rows: …}}"
                self.reading.misshapen(node, Said(f"a value, or {expected}", f"一个值，或 {expected}"))
                return None
            return self.tables.read(inner, wanted)
        word = self.reading.scalar(node, Said("a value", "一个值"))
        return self.reading.value(word, wanted) if word else None

    def _raise_alert(self, node: Node) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        fields = self.reading.fields(node, RAISE_ALERT)
        if fields is None:
            return
        word = fields.word("alert")
        if word and self.reading.name(word, RULE_NAME, Said("an alert", "预警")):
            severity = fields.option("severity", SEVERITIES, Said("a severity", "严重程度"), "medium")
            yield (
                ActionKind.RAISE_ALERT,
                {"alert": word.text, "severity": severity, "title": fields.words("title")},
            )

    def _create_task(self, node: Node) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        fields = self.reading.fields(node, CREATE_TASK)
        if fields is None:
            return
        word = fields.word("task")
        if word is None or not self.reading.name(word, RULE_NAME, Said("a task", "任务")):
            return
        due = fields.term("due")
        task: dict[str, ActionField] = {
            "task": word.text,
            "title": fields.words("title"),
            "playbook": fields.words("playbook") or None,
            "due_days": due.days,
            "due_business": due.business or None,
            "channel": fields.option("channel", CHANNELS, Said("a channel", "联系方式"), "internal"),
            "owner": fields.text("owner", "owner"),
            "key_event": fields.text("key_event") or None,
            "closed_by": self._events(fields) or None,
        }
        yield ActionKind.CREATE_TASK, task

    def _events(self, fields: Fields) -> tuple[str, ...]:
        """The types of events under ``closed_by``."""
        words = fields.scalars("closed_by")
        event = Said("event", "事件")
        return tuple(word.text for word in words if self.reading.lookup(word, self.events, event))

    def _offer(self, node: Node) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        fields = self.reading.fields(node, OFFER)
        if fields:
            kind = fields.option("kind", OFFER_KINDS, Said("an offer", "提供物"), OFFER_KINDS[0])
            yield (
                ActionKind.OFFER,
                {"kind": kind, "item": fields.text("item"), "title": fields.words("title")},
            )

    def _named(
        self, node: Node, kind: ActionKind, what: Said, known: Mapping[str, object]
    ) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        article = "an" if what.en[0] in "aeiou" else "a"
        word = self.reading.scalar(node, Said(f"the name of {article} {what.en}", f"{what.zh}的名称"))
        if word and self.reading.lookup(word, known, what) is not None:
            yield kind, {what.en: word.text}

    def _notify(self, node: Node) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        word = self.reading.scalar(node, Said("the name of a template", "模板的名称"))
        if word is None:
            return
        if self.templates is not None and word.text not in self.templates:
            self.reading.problems.add(
                UNKNOWN_NAME,
                word.span,
                Said(
                    f'no route in notifications.yaml matches the template "{word.text}"',
                    f"notifications.yaml 中没有匹配模板“{word.text}”的路由",
                ),
                suggestion=did_you_mean(word.text, self.templates) or _add_route(word.text),
            )
        yield ActionKind.NOTIFY, {"template": word.text}
