"""Conditions: ``all`` / ``any`` / ``none`` over leaves, nested at most three deep."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.model.conditions import Condition, Connective, Group, Leaf
from shared.model.rules import FactDef
from shared.policy.codes import BAD_VALUE, TOO_DEEP, UNKNOWN_FACT, WRONG_SHAPE
from shared.policy.documents.phrasing import Phrasing
from shared.policy.nodes import ListNode, MapNode, Node, ScalarNode, Span
from shared.policy.said import Said
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
            expected = Said(
                'all, any or none with a list, or "fact: phrase"', "all、any 或 none 加列表，或“事实: 短语”"
            )
            reading.misshapen(node, expected)
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
        first, second = node.entries[0][0], node.entries[1][0]
        self.phrasing.reading.problems.add(
            WRONG_SHAPE,
            second.span,
            Said(f'"{second.text}" stands beside "{first.text}"', f"“{second.text}”与“{first.text}”并列"),
            expected=Said("one condition", "一个条件"),
            suggestion=Said(
                'begin each condition with "- " under all, any or none',
                "在 all、any 或 none 之下，每个条件以“- ”开头",
            ),
        )
        for entry in node.entries:
            self.read(MapNode((entry,), entry[0].span), MOST_DEPTH)

    def _group(self, key: ScalarNode, node: Node, depth: int) -> Condition | None:
        reading = self.phrasing.reading
        if depth > MOST_DEPTH:
            said = Said(f"conditions are nested more than {MOST_DEPTH} deep", f"条件嵌套超过 {MOST_DEPTH} 层")
            hint = Said(
                "compute the inner part as a fact that an earlier rule sets", "由前面的规则把内层条件设为事实"
            )
            reading.problems.add(TOO_DEEP, key.span, said, suggestion=hint)
            return None
        if not isinstance(node, ListNode) or not node.items:
            expected = Said('a list of conditions, each after "- "', "条件列表，每项以“- ”开头")
            reading.misshapen(node, expected)
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
            reading.scalar(value, Said(f'a phrase after "{key.text}:"', f"“{key.text}:”后的短语"))
            if isinstance(value, ListNode):
                said = Said("a list alone says nothing", "只写列表没有意义")
                hint = Said('write "one of […]"', "写成“属于 […]”")
                reading.problems.add(BAD_VALUE, value.span, said, suggestion=hint)
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
        hint = near or Said(
            "`guanxi rules show facts` lists every fact", "`guanxi rules show facts` 列出全部事实"
        )
        said = Said(f'unknown fact "{key.text}"', f"未知的事实“{key.text}”")
        reading.problems.add(UNKNOWN_FACT, key.span, said, suggestion=hint)
