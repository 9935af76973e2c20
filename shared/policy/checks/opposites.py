"""E302: two rules that order opposite things for the same customer at the same time.

Pure. Rules of one policy that compete for the same thing are no such pair: there the larger priority wins,
and the other waits. Across policies, and where nothing makes them compete, both orders are carried out.
"""

from collections.abc import Iterator
from itertools import combinations

from shared.policy.checks.found import Finding, Words
from shared.policy.checks.moves import Move, Thing, moves
from shared.policy.checks.rulebook import Rulebook, apart_in_time
from shared.policy.checks.settling import settled
from shared.policy.codes import OPPOSITE
from shared.policy.evaluation.conflict import groups


def opposites(book: Rulebook) -> Iterator[Finding]:
    """Yield each pair of rules of which both can hold for one customer, with the customer."""
    by_thing = moves(book)
    for thing, found in by_thing.items():
        others = {other: steps for other, steps in by_thing.items() if other.fact != thing.fact}
        for one, other in combinations(found, 2):
            if one.to != other.to and not _compete(one, other):
                finding = _meeting(book, one, other, others)
                if finding:
                    yield finding


def _compete(one: Move, other: Move) -> bool:
    """Whether at most one of the two can act, or they are never in force together."""
    first, second = one.placed.rule, other.placed.rule
    same_group = one.policy == other.policy and set(groups(first)) & set(groups(second))
    return first.id == second.id or bool(same_group) or apart_in_time(first, second)


def _meeting(book: Rulebook, one: Move, other: Move, others: dict[Thing, list[Move]]) -> Finding | None:
    claims = [book.claims.true(one.placed.rule.when), book.claims.true(other.placed.rule.when)]
    known = settled(book, others, claims, frozenset(), moments=1)
    customer = book.customer(other.placed, *claims, *known)
    if customer is None:
        return None
    first, second = one.placed.rule.id, other.placed.rule.id
    thing = one.thing
    what = thing.member or thing.fact
    return Finding(
        OPPOSITE,
        other.placed.spans.get(f"then.{other.action}", other.placed.span),
        Words(
            f'"{first}" and "{second}" order opposite things for the same customer: '
            f"{what} {thing.say(one.to)} and {thing.say(other.to)}",
            "let their conditions exclude each other, or put both into one conflict_group of one policy",
            "rules that agree",
        ),
        Words(
            f"规则“{first}”与“{second}”对同一客户下达相反的指令："
            f"{what} {thing.say(one.to, 'zh')} 与 {thing.say(other.to, 'zh')}",
            "让两者的条件互斥，或放入同一策略的同一 conflict_group",
            "规则彼此一致",
        ),
        customer,
        (first, second),
    )
