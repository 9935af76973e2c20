"""W306: rules and conditions that add nothing: always true, said twice, contained in another.

Pure. A part of a condition adds nothing if the condition without it is true, false and unknown for the same
customers.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations, permutations

from shared.model.conditions import Condition, Connective, Group, Leaf
from shared.model.rules import WhenMissing
from shared.policy.checks.found import Finding, Words
from shared.policy.checks.regions.claims import Claim
from shared.policy.checks.rulebook import Rulebook, apart_in_time
from shared.policy.codes import DUPLICATE
from shared.policy.documents.policies import PlacedRule
from shared.policy.lowering import leaves


def redundant(book: Rulebook) -> Iterator[Finding]:
    """Yield what could be left out."""
    for _, rules in book.policies:
        for placed in rules:
            if book.impossible(placed, book.claims.false(placed.rule.when)):
                yield _always(book, placed)
            else:
                for condition in (placed.rule.when, placed.rule.clear_when):
                    yield from _idle_parts(book, placed, condition)
        yield from _contained(book, rules)


def _always(book: Rulebook, placed: PlacedRule) -> Finding:
    name = placed.rule.id
    return Finding(
        DUPLICATE,
        placed.spans.get("when", placed.span),
        Words(f'the condition of "{name}" is never false: it holds for everybody whose facts are known'),
        Words(f"规则“{name}”的条件永不为假：对事实已知的所有客户都成立"),
        book.customer(placed, book.claims.true(placed.rule.when)),
        (name,),
    )


def _idle_parts(book: Rulebook, placed: PlacedRule, condition: Condition | None) -> Iterator[Finding]:
    if not isinstance(condition, Group):
        return
    kept = list(condition.parts)
    for part in reversed(condition.parts):
        others = [each for each in kept if each is not part]
        if others and _adds_nothing(book, placed, condition.connective, part, others):
            kept = others
            yield _idle(book, placed, part, part in others)
        else:
            yield from _idle_parts(book, placed, part)


def _adds_nothing(
    book: Rulebook, placed: PlacedRule, connective: Connective, part: Condition, others: Sequence[Condition]
) -> bool:
    """Whether the group of *others* answers alike with and without *part*, for every customer."""
    claims = book.claims
    if connective is Connective.ALL:
        rest = Group(Connective.ALL, tuple(others))
        differs = (
            (claims.true(rest), claims.not_true(part)),
            (claims.not_true(rest), claims.not_false(rest), claims.false(part)),
        )
    else:
        rest = Group(Connective.ANY, tuple(others))
        differs = (
            (claims.false(rest), claims.not_false(part)),
            (claims.not_true(rest), claims.not_false(rest), claims.true(part)),
        )
    return all(book.impossible(placed, *claimed) for claimed in differs)


def _idle(book: Rulebook, placed: PlacedRule, part: Condition, twice: bool) -> Finding:
    leaf = next(leaves(part))
    said = f'"{leaf.fact}: {leaf.phrase.value} …"'
    if not isinstance(part, Leaf):
        said = f"the group that begins with {said}"
    english = "stands twice here" if twice else "adds nothing here: the other conditions already say so"
    chinese = "在此重复出现" if twice else "在此没有作用：其余条件已包含它"
    return Finding(
        DUPLICATE,
        book.place(leaf, placed),
        Words(f"{said} {english}", "" if twice else "remove it, or correct the condition that makes it idle"),
        Words(
            f"“{leaf.fact}: {leaf.phrase.value} …”{chinese}", "" if twice else "删除它，或修正使其多余的条件"
        ),
        rules=(placed.rule.id,),
    )


def _contained(book: Rulebook, rules: Sequence[PlacedRule]) -> Iterator[Finding]:
    told: set[str] = set()
    for one, other in combinations(rules, 2):
        if (one.rule.when, one.rule.actions) == (other.rule.when, other.rule.actions):
            told.add(other.rule.id)
            yield _same(one, other)
    for inner, outer in permutations(rules, 2):
        if inner.rule.id not in told and outer.rule.id not in told and _lies_inside(book, inner, outer):
            told.add(inner.rule.id)
            yield _inside(book, inner, outer)


def _lies_inside(book: Rulebook, inner: PlacedRule, outer: PlacedRule) -> bool:
    """Whether *outer* orders the same for everybody *inner* does, and no later."""
    one, two = inner.rule, outer.rule
    if one.actions != two.actions or one.for_days < two.for_days or apart_in_time(one, two):
        return False
    if two.when_missing is WhenMissing.STOP or two.effective_from or two.effective_until:
        return False
    inside: tuple[Claim, ...] = (book.claims.true(one.when), book.claims.not_true(two.when))
    return two.rollout is one.rollout and book.impossible(inner, *inside)


def _same(one: PlacedRule, other: PlacedRule) -> Finding:
    first, second = one.rule.id, other.rule.id
    return Finding(
        DUPLICATE,
        other.span,
        Words(f'rule "{second}" says the same as "{first}"', "remove one of the two"),
        Words(f"规则“{second}”与“{first}”完全相同", "删除其中之一"),
        rules=(first, second),
    )


def _inside(book: Rulebook, inner: PlacedRule, outer: PlacedRule) -> Finding:
    first, second = inner.rule.id, outer.rule.id
    return Finding(
        DUPLICATE,
        inner.span,
        Words(
            f'rule "{first}" adds nothing: "{second}" orders the same for all its customers',
            "remove it, or narrow the other",
        ),
        Words(f"规则“{first}”没有作用：“{second}”已对其所有客户下达相同的指令", "删除它，或收窄另一条"),
        book.customer(inner, book.claims.true(inner.rule.when)),
        (first, second),
    )
