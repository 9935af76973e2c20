"""Rules in readable words, English or Chinese, for people who do not read YAML. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from shared.model.business import term_of
from shared.model.conditions import Condition, Connective, Leaf, Phrase
from shared.model.rules import Action, ActionKind, Bundle, FactDef, RuleDef, Table
from shared.model.values import Kind, Value, in_language
from shared.policy.contacting import weights_of
from shared.policy.phrases import Sentence, write
from shared.policy.quantities import write_value
from shared.policy.terms import write_term

_CONNECTIVES = {
    "en": {Connective.ALL: "all of:", Connective.ANY: "any of:", Connective.NONE: "none of:"},
    "zh": {Connective.ALL: "同时满足：", Connective.ANY: "满足任一：", Connective.NONE: "均不满足："},
}
_HEADINGS = {
    "en": {
        "when": "When", "for": "for {} in a row", "then": "Then", "clear": "Until", "because": "Reason",
        "cool_down": "not again within {}", "repeat": "again every {}", "max_per": "at most {} times in {}",
        "keep_for": "stays open {} longer", "later": "the first time after one such period",
        "priority": "wins by priority {} in group {}", "effective": "from {} until {}", "table": "by table",
        "closed": " (needless after: {})", "contacts": "its contacts have priority {}",
    },
    "zh": {
        "when": "当", "for": "连续 {}", "then": "则", "clear": "直到", "because": "理由",
        "cool_down": "{}内不再重复", "repeat": "每 {} 重复", "max_per": "{1}内至多 {0} 次",
        "keep_for": "再保持 {}", "later": "首次在一个周期之后",
        "priority": "冲突组 {1}，优先级 {0}", "effective": "自 {} 至 {}", "table": "按表决定",
        "closed": "（发生以下事件即结束：{}）", "contacts": "联系优先级 {}",
    },
}  # fmt: skip
_ACTIONS = {
    "en": {
        ActionKind.CHANGE_TIER: "make the tier {to}", ActionKind.SET: "set {fact} to {value}",
        ActionKind.RAISE_ALERT: "raise alert {alert} ({severity}): {title}",
        ActionKind.CREATE_TASK: "task {task}, due in {due}, {channel}: {title}{closed}",
        ActionKind.OFFER: "offer {kind} {item}: {title}", ActionKind.GRANT: "grant {entitlement}",
        ActionKind.REVOKE: "revoke {entitlement}", ActionKind.ADD_TO: "add to group {group}",
        ActionKind.REMOVE_FROM: "remove from group {group}",
        ActionKind.NOTIFY: "notify by template {template}",
    },
    "zh": {
        ActionKind.CHANGE_TIER: "等级改为 {to}", ActionKind.SET: "将 {fact} 设为 {value}",
        ActionKind.RAISE_ALERT: "发出警报 {alert}（{severity}）：{title}",
        ActionKind.CREATE_TASK: "任务 {task}，{due}内完成，{channel}：{title}{closed}",
        ActionKind.OFFER: "提供 {kind} {item}：{title}", ActionKind.GRANT: "授予 {entitlement}",
        ActionKind.REVOKE: "收回 {entitlement}", ActionKind.ADD_TO: "加入群组 {group}",
        ActionKind.REMOVE_FROM: "移出群组 {group}", ActionKind.NOTIFY: "按模板 {template} 通知",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Speaker:
    """Says what a bundle's rules mean, in one language."""

    bundle: Bundle
    language: str = "en"

    def rule(self, rule: RuleDef) -> list[str]:
        """The rule as lines of text."""
        said = _HEADINGS[self.language]
        lines = [f"{rule.id}  {in_language(rule.title, self.language)}", f"  {said['when']}"]
        lines += self._condition(rule.when, 2)
        lines += [f"    {extra}" for extra in self._timing(rule)]
        lines.append(f"  {said['then']}")
        for action in rule.actions:
            lines += self._action(action)
        if rule.repeat and rule.repeat.table:
            lines += [
                f"    {said['repeat'].format(said['table'])}",
                *self._table(rule.repeat.table, Kind.DAYS),
            ]
        if rule.clear_when is not None:
            lines += [f"  {said['clear']}", *self._condition(rule.clear_when, 2)]
        if rule.because:
            lines.append(f"  {said['because']}: {in_language(rule.because, self.language)}")
        return lines

    def leaf(self, leaf: Leaf) -> str:
        """One condition: the fact's title and the phrase."""
        return f"{self._title(self.bundle.facts[leaf.fact])}  {self.phrase(leaf)}"

    def phrase(self, leaf: Leaf) -> str:
        """What one condition says of its fact, as rule files have it."""
        fact = self.bundle.facts[leaf.fact]
        return write(self._sentence(leaf, fact), self.language, fact.kind)

    def _title(self, fact: FactDef) -> str:
        return f"{in_language(fact.title, self.language)} ({fact.name})"

    def _sentence(self, leaf: Leaf, fact: FactDef) -> Sentence:
        kind = {Phrase.WITHIN: Kind.DAYS, Phrase.ROSE: Kind.PERCENT, Phrase.FELL: Kind.PERCENT}.get(
            leaf.phrase, fact.kind
        )
        texts = tuple(None if value is None else self._value(value, kind) for value in leaf.values)
        literal = frozenset(i for i, value in enumerate(leaf.values) if isinstance(value, str))
        return Sentence(leaf.phrase, texts, leaf.side, leaf.entry, literal)

    def _value(self, value: Value, kind: Kind) -> str:
        return write_value(value, kind, self.bundle.catalogue.currency, self.language)

    def _condition(self, condition: Condition, depth: int) -> Iterator[str]:
        indent = "  " * depth
        if isinstance(condition, Leaf):
            yield f"{indent}{self.leaf(condition)}"
            return
        yield f"{indent}{_CONNECTIVES[self.language][condition.connective]}"
        for part in condition.parts:
            yield from self._condition(part, depth + 1)

    def _timing(self, rule: RuleDef) -> Iterator[str]:
        said = _HEADINGS[self.language]
        for key, days in (
            ("for", rule.for_days),
            ("cool_down", rule.cool_down_days),
            ("keep_for", rule.keep_for_days),
        ):
            if days:
                yield said[key].format(self._value(days, Kind.DAYS))
        if rule.repeat and rule.repeat.every_days:
            yield said["repeat"].format(self._value(rule.repeat.every_days, Kind.DAYS))
        if rule.repeat and rule.repeat.later:
            yield said["later"]
        if rule.max_per:
            yield said["max_per"].format(rule.max_per[0], self._value(rule.max_per[1], Kind.DAYS))
        if rule.conflict_group:
            yield said["priority"].format(rule.priority, rule.conflict_group)
        if rule.priority_of_contacts and rule.id in weights_of(self.bundle):
            yield said["contacts"].format(rule.priority_of_contacts)
        if rule.effective_from or rule.effective_until:
            days_of = (rule.effective_from, rule.effective_until)
            yield said["effective"].format(
                *(date.fromordinal(day).isoformat() if day else "…" for day in days_of)
            )

    def _action(self, action: Action) -> Iterator[str]:
        table = action.fields.get("value")
        words = {name: self._field(name, value, action) for name, value in action.fields.items()}
        words |= self._of_task(action)
        yield f"    {_ACTIONS[self.language][action.kind].format_map(words)}"
        if isinstance(table, Table):
            yield from self._table(table, self.bundle.facts[str(action.fields["fact"])].kind)

    def _of_task(self, action: Action) -> dict[str, str]:
        """By when, and which events make it needless."""
        named = action.fields.get("closed_by")
        names = named if isinstance(named, tuple) else ()
        events = self.bundle.catalogue.events
        titles = [in_language(events[name].title, self.language) for name in names if name in events]
        closed = _HEADINGS[self.language]["closed"].format(", ".join(titles)) if titles else ""
        return {"due": write_term(term_of(action.fields), self.language), "closed": closed}

    def _field(self, name: str, value: object, action: Action) -> str:
        if isinstance(value, Table):
            return _HEADINGS[self.language]["table"]
        if isinstance(value, Mapping):
            return in_language(value, self.language)
        if name == "value" and isinstance(value, (int, float, str, bool)):
            return self._value(value, self.bundle.facts[str(action.fields["fact"])].kind)
        return "–" if value is None else str(value)

    def _table(self, table: Table, kind: Kind) -> Iterator[str]:
        yield f"      {' · '.join(table.inputs)}"
        for row in table.rows:
            cells = ["*" if cell is None else " / ".join(str(value) for value in cell) for cell in row.cells]
            yield f"      {' · '.join(cells)} → {self._value(row.answer, kind)}"
        if table.otherwise is not None:
            yield f"      * → {self._value(table.otherwise, kind)}"
