"""Conditions: ``all`` / ``any`` / ``none`` over leaves, nested at most three deep."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.model.conditions import Condition, Connective, Group, Leaf
from shared.model.rules import FactDef
from shared.policy.codes import BAD_VALUE, TOO_DEEP, UNKNOWN_FACT, WRONG_SHAPE
from shared.policy.documents.phrasing import Phrasing
from shared.policy.nodes import ListNode, MapNode, Node, ScalarNode, Span
from shared.policy.suggest import did_you_mean

MOST_DEPTH = 3
CONNECTIVES = tuple(item.value for item in Connective)


@dataclass(frozen=True, slots=True)
class ConditionReader:
    """Reads conditions over a fact table, and remembers where each leaf stood."""

    phrasing: Phrasing
    facts: Mapping[str, FactDef]
    places: dict[int, Span]  # id(leaf) -> its fact's place

    def read(self, node: Node | None, depth: int = 1) -> Condition | None:
        """Read one condition; ``None`` when any part of it is faulty."""
        reading = self.phrasing.reading
        if node is None:
            return None
        if not isinstance(node, MapNode) or not node.entries:
            reading.misshapen(node, 'all, any or none with a list, or "fact: phrase"')
            return None
        if len(node.entries) > 1:
            self._several(node)
            return None
        key, value = node.entries[0]
        if key.text in CONNECTIVES:
            return self._group(key, value, depth)
        return self._leaf(key, value)

    def _several(self, node: MapNode) -> None:
        """Two keys side by side do not say whether both or one must hold."""
        second = node.entries[1][0]
        problems = self.phrasing.reading.problems
        hint = 'begin each condition with "- " under all, any or none'
        message = f'"{second.text}" stands beside "{node.entries[0][0].text}"'
        problems.add(WRONG_SHAPE, second.span, message, expected="one condition", suggestion=hint)
        for entry in node.entries:
            self.read(MapNode((entry,), entry[0].span), MOST_DEPTH)

    def _group(self, key: ScalarNode, node: Node, depth: int) -> Condition | None:
        reading = self.phrasing.reading
        if depth > MOST_DEPTH:
            message = f"conditions are nested more than {MOST_DEPTH} deep"
            hint = "compute the inner part as a fact that an earlier rule sets"
            reading.problems.add(TOO_DEEP, key.span, message, suggestion=hint)
            return None
        if not isinstance(node, ListNode) or not node.items:
            reading.misshapen(node, 'a list of conditions, each after "- "')
            return None
        parts = [self.read(item, depth + 1) for item in node.items]
        known = [part for part in parts if part is not None]
        return Group(Connective(key.text), tuple(known)) if len(known) == len(parts) else None

    def _leaf(self, key: ScalarNode, value: Node) -> Leaf | None:
        reading = self.phrasing.reading
        fact = self.facts.get(key.text)
        if fact is None:
            self._unknown(key)
            return None
        word = value if isinstance(value, ScalarNode) and (value.block or not value.is_empty) else None
        if word is None:
            reading.scalar(value, f'a phrase after "{key.text}:"')
            if isinstance(value, ListNode):
                reading.problems.add(
                    BAD_VALUE, value.span, "a list alone says nothing", suggestion='write "one of […]"'
                )
            return None
        leaf = self.phrasing.leaf(fact, word)
        if leaf is not None:
            self.places[id(leaf)] = key.span
        return leaf

    def _unknown(self, key: ScalarNode) -> None:
        reading = self.phrasing.reading
        if key.text in reading.broken or reading.incomplete:
            return
        titles = {name: fact.title for name, fact in self.facts.items()}
        near = did_you_mean(key.text, [*self.facts, *CONNECTIVES], titles)
        hint = near or "`guanxi rules show facts` lists every fact"
        reading.problems.add(UNKNOWN_FACT, key.span, f'unknown fact "{key.text}"', suggestion=hint)
