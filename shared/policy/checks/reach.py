"""E301: rules that never act, because nobody fulfils their condition or another always goes first. Pure."""

from collections.abc import Iterator, Sequence

from shared.model.rules import RolloutMode, RuleDef
from shared.policy.checks.found import Finding, Words
from shared.policy.checks.moves import Move, moves
from shared.policy.checks.rulebook import Rulebook
from shared.policy.codes import UNREACHABLE
from shared.policy.documents.policies import PlacedRule
from shared.policy.evaluation.conflict import groups


def unreachable(book: Rulebook) -> Iterator[Finding]:
    """Yield the rules that can never act."""
    targets = {move.placed.rule.id: move for found in moves(book).values() for move in found}
    for _, rules in book.policies:
        for placed in rules:
            if book.impossible(placed, book.claims.true(placed.rule.when)):
                yield _unsatisfiable(placed)
            elif finding := _shadowed(book, placed, rules, targets.get(placed.rule.id)):
                yield finding


def _unsatisfiable(placed: PlacedRule) -> Finding:
    name = placed.rule.id
    return Finding(
        UNREACHABLE,
        placed.spans.get("when", placed.span),
        Words(
            f'no customer can fulfil the condition of "{name}"',
            "its parts exclude each other: change one, or remove the rule",
        ),
        Words(f"没有客户能满足规则“{name}”的条件", "条件各部分互相矛盾：请修改其一，或删除该规则"),
        rules=(name,),
    )


def _shadowed(
    book: Rulebook, placed: PlacedRule, rules: Sequence[PlacedRule], move: Move | None
) -> Finding | None:
    """Find out whether rules of larger priority always act instead."""
    stronger = [other for other in rules if _goes_first(book, other, placed, move)]
    if not stronger:
        return None
    none_of_them = [book.claims.not_true(other.rule.when) for other in stronger]
    if not book.impossible(placed, book.claims.true(placed.rule.when), *none_of_them):
        return None
    customer = book.customer(placed, book.claims.true(placed.rule.when))
    names = ", ".join(f'"{other.rule.id}"' for other in stronger)
    name = placed.rule.id
    return Finding(
        UNREACHABLE,
        placed.span,
        Words(
            f'"{name}" never acts: whoever it is for also fulfils the condition of {names}, which goes first',
            "narrow the stronger condition, or give this rule the larger priority",
        ),
        Words(
            f"规则“{name}”永远不会执行：满足其条件的客户必然满足优先级更高的 {names}",
            "收窄优先规则的条件，或提高本规则的优先级",
        ),
        customer,
        (name, *(other.rule.id for other in stronger)),
    )


def _goes_first(book: Rulebook, other: PlacedRule, placed: PlacedRule, move: Move | None) -> bool:
    """Whether *other*, while its condition holds, keeps *placed* from acting for good."""
    one, two = other.rule, placed.rule
    if one.id == two.id or one.priority <= two.priority or not set(groups(one)) & set(groups(two)):
        return False
    if one.for_days > two.for_days or not _always_acts(one):
        return False
    return _keeps_it(book, other, placed) if move is not None else False


def _always_acts(rule: RuleDef) -> bool:
    limited = rule.effective_from or rule.effective_until or rule.holdout_percent or rule.budget
    return rule.rollout is RolloutMode.LIVE and not (limited or rule.cool_down_days or rule.max_per)


def _keeps_it(book: Rulebook, other: PlacedRule, placed: PlacedRule) -> bool:
    """Whether what *other* does lasts, or ends the condition of *placed*."""
    for found in moves(book).values():
        mine = [each for each in found if each.placed is other]
        theirs = [each for each in found if each.placed is placed]
        if mine and theirs:
            after = book.claims.true(mine[0].thing.at(mine[0].to))
            return mine[0].is_level or book.impossible(placed, book.claims.true(placed.rule.when), after)
    return False
