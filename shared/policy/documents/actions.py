"""Actions: what a rule orders, each with its declared fields."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from shared.model.catalogue import Entitlement, EventType, Tier
from shared.model.rules import Action, ActionField, ActionKind, FactDef, FactSource
from shared.model.values import Text
from shared.policy.codes import NOT_SETTABLE, UNKNOWN_FACT, UNKNOWN_NAME, WRONG_SHAPE
from shared.policy.documents.tables import TableReader
from shared.policy.nodes import MapNode, Node, ScalarNode, Span
from shared.policy.quantities import ValueType
from shared.policy.reading import RULE_NAME, Fields, Reading
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
        for item in self.reading.items(node, 'a list of actions, each after "- "'):
            if not isinstance(item, MapNode) or len(item.entries) != 1:
                several = isinstance(item, MapNode) and len(item.entries) > 1
                span = item.entries[1][0].span if isinstance(item, MapNode) and several else item.span
                expected = 'one action after each "- ", such as "- change_tier: {to: …}"'
                self.reading.problems.add(WRONG_SHAPE, span, "this is not one action", expected=expected)
                continue
            key, value = item.entries[0]
            reader = self._readers().get(key.text)
            if reader is None:
                self._unknown(key)
                continue
            for kind, fields in reader(value):
                yield Action(kind, fields), key.span

    def _unknown(self, key: ScalarNode) -> None:
        expected, near = f"one of {', '.join(ACTIONS)}", did_you_mean(key.text, ACTIONS)
        message = f'unknown action "{key.text}"'
        self.reading.problems.add(UNKNOWN_NAME, key.span, message, expected=expected, suggestion=near)

    def _readers(self) -> Mapping[str, Callable[[Node], Iterator[tuple[ActionKind, dict[str, ActionField]]]]]:
        return {
            "change_tier": self._change_tier,
            "set": self._set,
            "raise_alert": self._raise_alert,
            "create_task": self._create_task,
            "offer": self._offer,
            "grant": lambda node: self._named(node, ActionKind.GRANT, "entitlement", self.entitlements),
            "revoke": lambda node: self._named(node, ActionKind.REVOKE, "entitlement", self.entitlements),
            "add_to": lambda node: self._named(node, ActionKind.ADD_TO, "group", self.groups),
            "remove_from": lambda node: self._named(node, ActionKind.REMOVE_FROM, "group", self.groups),
            "notify": self._notify,
        }

    def _change_tier(self, node: Node) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        fields = self.reading.fields(node, CHANGE_TIER)
        word = fields.word("to") if fields else None
        tier = self.reading.lookup(word, self.tiers, "tier") if word else None
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
            self.reading.misshapen(node, "a fact and its value: {importance: important}")
            return
        for key, value in sorted(node.entries, key=lambda entry: entry[0].text):
            fact = self._settable(key)
            answer = self._setting(fact, value) if fact else None
            if fact and answer is not None:
                yield ActionKind.SET, {"fact": fact.name, "value": answer}

    def _settable(self, key: ScalarNode) -> FactDef | None:
        known = self.tables.facts.get(key.text)
        if known is not None and key.text not in self.settable:
            hint = "use change_tier" if key.text == "tier" else "declare a fact of its own in policy.yaml"
            what = "kept by Guanxi" if known.source is FactSource.POLICY else f"a {known.source.value} fact"
            self.reading.problems.add(NOT_SETTABLE, key.span, f'"{key.text}" is {what}', suggestion=hint)
            return None
        return self.reading.lookup(key, self.settable, "fact to set", UNKNOWN_FACT)

    def _setting(self, fact: FactDef, node: Node) -> ActionField:
        wanted = ValueType(fact.kind, self.reading.currency, fact.choices, fact.minimum, fact.maximum)
        if isinstance(node, MapNode):
            inner = node.get("table")
            if len(node.entries) != 1 or inner is None:
                self.reading.misshapen(node, "a value, or {table: {inputs: …, rows: …}}")
                return None
            return self.tables.read(inner, wanted)
        word = self.reading.scalar(node, "a value")
        return self.reading.value(word, wanted) if word else None

    def _raise_alert(self, node: Node) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        fields = self.reading.fields(node, RAISE_ALERT)
        if fields is None:
            return
        word = fields.word("alert")
        if word and self.reading.name(word, RULE_NAME, "an alert"):
            severity = fields.option("severity", SEVERITIES, "a severity", "medium")
            yield (
                ActionKind.RAISE_ALERT,
                {"alert": word.text, "severity": severity, "title": fields.words("title")},
            )

    def _create_task(self, node: Node) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        fields = self.reading.fields(node, CREATE_TASK)
        if fields is None:
            return
        word = fields.word("task")
        if word is None or not self.reading.name(word, RULE_NAME, "a task"):
            return
        due = fields.term("due")
        task: dict[str, ActionField] = {
            "task": word.text,
            "title": fields.words("title"),
            "playbook": fields.words("playbook") or None,
            "due_days": due.days,
            "due_business": due.business or None,
            "channel": fields.option("channel", CHANNELS, "a channel", "internal"),
            "owner": fields.text("owner", "owner"),
            "key_event": fields.text("key_event") or None,
            "closed_by": self._events(fields) or None,
        }
        yield ActionKind.CREATE_TASK, task

    def _events(self, fields: Fields) -> tuple[str, ...]:
        """The types of events under ``closed_by``."""
        words = fields.scalars("closed_by")
        return tuple(word.text for word in words if self.reading.lookup(word, self.events, "event"))

    def _offer(self, node: Node) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        fields = self.reading.fields(node, OFFER)
        if fields:
            kind = fields.option("kind", OFFER_KINDS, "an offer", OFFER_KINDS[0])
            yield (
                ActionKind.OFFER,
                {"kind": kind, "item": fields.text("item"), "title": fields.words("title")},
            )

    def _named(
        self, node: Node, kind: ActionKind, what: str, known: Mapping[str, object]
    ) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        word = self.reading.scalar(node, f"the name of {'an' if what[0] in 'aeiou' else 'a'} {what}")
        if word and self.reading.lookup(word, known, what) is not None:
            yield kind, {what: word.text}

    def _notify(self, node: Node) -> Iterator[tuple[ActionKind, dict[str, ActionField]]]:
        word = self.reading.scalar(node, "the name of a template")
        if word is None:
            return
        if self.templates is not None and word.text not in self.templates:
            self.reading.problems.add(
                UNKNOWN_NAME,
                word.span,
                f'no route in notifications.yaml matches the template "{word.text}"',
                suggestion=did_you_mean(word.text, self.templates)
                or f'add a route with "match: {{template: {word.text}}}"',
            )
        yield ActionKind.NOTIFY, {"template": word.text}
