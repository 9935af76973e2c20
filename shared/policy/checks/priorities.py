"""E311: two rules of a conflict group that can hold together and have the same priority. Pure."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from shared.model.rules import ActionKind, RuleDef
from shared.policy.checks.found import Finding, Words
from shared.policy.checks.regions.customer import Customer
from shared.policy.checks.rulebook import Rulebook, apart_in_time
from shared.policy.codes import EQUAL_PRIORITY
from shared.policy.documents.policies import PlacedRule


def equal_priorities(book: Rulebook) -> Iterator[Finding]:
    """Yield the pairs of which nobody knows which one acts."""
    for _, rules in book.policies:
        for name, members in _groups(rules).items():
            for one, other in combinations(members, 2):
                same = one.rule.priority == other.rule.priority and not apart_in_time(one.rule, other.rule)
                if same and (_lingers(one.rule, other.rule) or not _exclude(book, one, other)):
                    yield _finding(name, one, other, _both(book, one, other))


def conflict_groups(rule: RuleDef) -> frozenset[str]:
    """The groups *rule* competes in; whoever changes the tier competes for the tier."""
    named = {rule.conflict_group} if rule.conflict_group else set()
    if any(action.kind is ActionKind.CHANGE_TIER for action in rule.actions):
        named.add("tier")
    return frozenset(named)


def _groups(rules: Sequence[PlacedRule]) -> dict[str, list[PlacedRule]]:
    found: dict[str, list[PlacedRule]] = {}
    for placed in rules:
        for name in sorted(conflict_groups(placed.rule)):
            found.setdefault(name, []).append(placed)
    return found


def _lingers(*rules: RuleDef) -> bool:
    """Whether a rule may go on although its condition does not hold any more."""
    return any(rule.clear_when is not None or rule.keep_for_days for rule in rules)


def _exclude(book: Rulebook, one: PlacedRule, other: PlacedRule) -> bool:
    return book.impossible(other, book.claims.true(one.rule.when), book.claims.true(other.rule.when))


def _both(book: Rulebook, one: PlacedRule, other: PlacedRule) -> Customer | None:
    return book.customer(other, book.claims.true(one.rule.when), book.claims.true(other.rule.when))


def _finding(group: str, one: PlacedRule, other: PlacedRule, customer: Customer | None) -> Finding:
    first, second, priority = one.rule.id, other.rule.id, one.rule.priority
    return Finding(
        EQUAL_PRIORITY,
        other.spans.get("priority", other.span),
        Words(
            f'"{second}" and "{first}" can hold for the same customer '
            f'and have the same priority {priority} in conflict group "{group}"',
            f'give "{first}" or "{second}" another priority',
            "a winner",
        ),
        Words(
            f"规则“{second}”与“{first}”可能对同一客户同时成立，且在冲突组“{group}”中优先级同为 {priority}",
            f"为“{first}”或“{second}”设置不同的优先级",
            "能分出胜者",
        ),
        customer,
        (first, second),
    )
