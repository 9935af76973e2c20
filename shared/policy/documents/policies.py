"""policies/*.yaml: the rules themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from shared.model.conditions import Condition, Connective, Group
from shared.model.rules import Action, PolicyDef, RuleDef, WhenMissing
from shared.policy.codes import BAD_VALUE, NAME_TAKEN
from shared.policy.documents.actions import ActionReader
from shared.policy.documents.calendars import check_own_name
from shared.policy.documents.conditions import ConditionReader
from shared.policy.documents.notifications import check_placeholders
from shared.policy.documents.timing import read_budget, read_effective, read_per, read_repeat, read_rollout
from shared.policy.nodes import ListNode, Node, ScalarNode, Span
from shared.policy.reading import RULE_NAME, Fields, Reading
from shared.policy.said import Said
from shared.policy.shapes import POLICY, RULE

_WHEN_MISSING = tuple(item.value for item in WhenMissing)
_NOTHING = Group(Connective.ALL, ())  # stands in for a faulty condition while the rest is read


@dataclass(frozen=True, slots=True)
class PlacedRule:
    """A rule with the places its checks point at."""

    rule: RuleDef
    span: Span
    spans: Mapping[str, Span]  # by key; actions under "then", "then.1" …
    owner_known: bool = True


@dataclass(slots=True)
class PolicyReader:
    """Reads policies one by one; rule ids are shared by all of them."""

    reading: Reading
    conditions: ConditionReader
    actions: ActionReader
    known: dict[str, Span] = field(default_factory=dict)

    def read(
        self, name: str, node: Node, default_owner: str = ""
    ) -> tuple[PolicyDef, list[PlacedRule]] | None:
        """Read ``policies/<name>.yaml``; faulty rules are left out."""
        fields = self.reading.fields(node, POLICY)
        if fields is None:
            return None
        check_own_name(fields, "policy", name)
        owner = fields.text("owner", default_owner)
        expected = Said('a list of rules, each after "- "', "规则列表，每项以“- ”开头")
        items = self.reading.items(fields.get("rules"), expected)
        placed = [rule for rule in (self._rule(item, name, owner) for item in items) if rule]
        return PolicyDef(name, tuple(item.rule for item in placed), owner), placed

    def _rule(self, node: Node, policy: str, owner: str) -> PlacedRule | None:
        fields = self.reading.fields(node, RULE)
        word = fields.word("id") if fields else None
        if fields is None:
            return None
        rule_id = self._id(word)
        when = self.conditions.read(fields.get("when"))
        clear_when = self.conditions.read(fields.get("clear_when"))
        actions = list(self.actions.read(fields.get("then")))
        self._check_then(fields)
        rule = self._plain(fields, rule_id or "", policy, when or _NOTHING)
        rule = replace(rule, clear_when=clear_when, actions=tuple(action for action, _ in actions))
        rule = self._limited(self._timed(rule, fields), fields)
        cleared = clear_when is not None or not fields.has("clear_when")
        if not rule_id or when is None or not actions or not cleared:
            return None
        return PlacedRule(rule, (word or node).span, _spans(fields, actions), bool(rule.owner or owner))

    def _id(self, word: ScalarNode | None) -> str | None:
        if word is None or not self.reading.name(word, RULE_NAME, Said("a rule", "规则")):
            return None
        if word.text in self.known:
            first = self.known[word.text]
            place = f"{first.file}:{first.line}"
            said = Said(
                f'rule id "{word.text}" is already taken in {place}', f"规则 id“{word.text}”已在 {place} 使用"
            )
            hint = Said("give the rule an id of its own", "为规则另取一个 id")
            self.reading.problems.add(NAME_TAKEN, word.span, said, suggestion=hint)
            return None
        self.known[word.text] = word.span
        return word.text

    def _plain(self, fields: Fields, rule_id: str, policy: str, when: Condition) -> RuleDef:
        check_placeholders(fields, "because", self.conditions.facts, self.reading)
        missing = fields.option("when_missing", _WHEN_MISSING, Said("an answer", "处理方式"))
        return RuleDef(
            id=rule_id,
            policy=policy,
            title=fields.words("title"),
            when=when,
            actions=(),
            because=fields.words("because"),
            when_missing=WhenMissing(missing or "wait"),
            priority=fields.integer("priority", low=None),
            contact_priority=fields.integer("contact_priority", low=None)
            if fields.has("contact_priority")
            else None,
            conflict_group=fields.text("conflict_group") or None,
            formerly=fields.texts("formerly"),
            owner=fields.text("owner"),
        )

    def _timed(self, rule: RuleDef, fields: Fields) -> RuleDef:
        first, last = read_effective(fields.get("effective"), self.reading)
        return replace(
            rule,
            for_days=_days(fields, "for"),
            keep_for_days=_days(fields, "keep_for"),
            cool_down_days=_days(fields, "cool_down"),
            effective_from=first,
            effective_until=last,
            repeat=read_repeat(fields.get("repeat"), self.actions.tables),
            max_per=read_per(fields, "max_per"),
        )

    def _limited(self, rule: RuleDef, fields: Fields) -> RuleDef:
        mode, share = read_rollout(fields.get("rollout"), self.reading)
        return replace(
            rule,
            rollout=mode,
            rollout_percent=share,
            holdout_percent=fields.percent("holdout", 0.0),
            budget=read_budget(fields.get("budget"), self.reading),
        )

    def _check_then(self, fields: Fields) -> None:
        node = fields.get("then")
        if isinstance(node, ListNode) and not node.items:
            said = Said("the rule does nothing", "规则没有任何动作")
            expected = Said("at least one action", "至少一个动作")
            self.reading.problems.add(BAD_VALUE, node.span, said, expected=expected)


def _days(fields: Fields, name: str) -> int:
    return fields.days(name)


def _spans(fields: Fields, actions: list[tuple[Action, Span]]) -> dict[str, Span]:
    spans = {key.text: key.span for key, _ in fields.node.entries}
    for index, (_, span) in enumerate(actions):
        spans[f"then.{index}"] = span
    return spans
