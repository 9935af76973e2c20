"""W307: customers of whom no tier rule speaks: tiers one cannot leave or reach, and rungs that are missing.

Pure. That nothing is said between rising and falling is as it should be; so only three gaps count: a tier
that nobody ever leaves, one that nobody ever gets, and customers who would rise from (or fall to) one tier
while from another, further away, no rule takes them that way.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.model.conditions import Condition, Connective, Group, Leaf
from shared.model.values import Value
from shared.policy.checks.found import Finding, Words
from shared.policy.checks.moves import Move, Thing, moves
from shared.policy.checks.regions.customer import Customer
from shared.policy.checks.rulebook import Rulebook
from shared.policy.codes import UNCOVERED
from shared.policy.facts import TIER

THE_TIER = Thing(TIER)


def uncovered(book: Rulebook) -> Iterator[Finding]:
    """Yield the gaps of the rules that change tiers."""
    steps = moves(book).get(THE_TIER, [])
    if steps:
        gaps = _Gaps(book, steps, {tier.id: tier.rank for tier in book.catalogue.tiers})
        yield from gaps.dead_ends()
        yield from gaps.missing_rungs()


@dataclass(frozen=True, slots=True)
class _Gaps:
    book: Rulebook
    steps: Sequence[Move]
    ranks: Mapping[str, int]

    def dead_ends(self) -> Iterator[Finding]:
        """Tiers above the first that no rule leads to, or that no rule leads out of."""
        reached = {move.to for move in self.steps}
        for tier, rank in self.ranks.items():
            if rank and tier not in reached:
                yield self._finding(self.steps[-1], *_never_reached(tier), None)
            elif rank and not any(self._leaves(move, tier) for move in self.steps):
                into = next(move for move in self.steps if move.to == tier)
                yield self._finding(into, *_never_left(tier), Customer({TIER: tier}))

    def _leaves(self, move: Move, tier: str) -> bool:
        return move.to != tier and self._someone(move, tier) is not None

    def _someone(self, move: Move, tier: Value) -> Customer | None:
        claims = self.book.claims
        holds = claims.true(move.placed.rule.when), claims.true(THE_TIER.at(tier))
        return self.book.customer(move.placed, *holds)

    def missing_rungs(self) -> Iterator[Finding]:
        """Customers whom a rule moves from its own tier, but nobody from one that is further away."""
        told: set[tuple[str, str]] = set()
        for move in self.steps:
            for near in self.ranks:
                for far in self._further(move, near):
                    customer = self._stuck(move, near, far)
                    if customer is not None and (move.placed.rule.id, far) not in told:
                        told.add((move.placed.rule.id, far))
                        yield self._finding(move, *_stuck(move, near, far), customer)

    def _further(self, move: Move, near: str) -> list[str]:
        """The tiers on the other side of *near*, seen from where *move* leads, if it starts there."""
        up = self.ranks[str(move.to)] > self.ranks[near]
        if move.to == near or self._someone(move, near) is None:
            return []
        return [tier for tier, rank in self.ranks.items() if (rank < self.ranks[near]) is up and tier != near]

    def _stuck(self, move: Move, near: str, far: str) -> Customer | None:
        """Somebody at *far* whom *move* would move from *near*, and no rule moves that way from *far*."""
        claims, up = self.book.claims, self.ranks[str(move.to)] > self.ranks[far]
        without = _without_tier(move.placed.rule.when)
        if without is None:
            return None
        same_way = [
            claims.not_true(other.placed.rule.when)
            for other in self.steps
            if other.to != far and (self.ranks[str(other.to)] > self.ranks[far]) is up
        ]
        return self.book.customer(move.placed, claims.true(without), claims.true(THE_TIER.at(far)), *same_way)

    def _finding(self, move: Move, en: Words, zh: Words, customer: Customer | None) -> Finding:
        return Finding(UNCOVERED, move.placed.span, en, zh, customer, (move.placed.rule.id,))


def _without_tier(condition: Condition) -> Condition | None:
    """The condition but for what it asks of the tier; None if that is not a part that simply must hold."""
    if isinstance(condition, Leaf):
        return None
    if condition.connective is not Connective.ALL:
        return condition
    kept = tuple(part for part in condition.parts if not (isinstance(part, Leaf) and part.fact == TIER))
    return Group(Connective.ALL, kept) if kept else None


def _never_reached(tier: str) -> tuple[Words, Words]:
    return (
        Words(
            f'no rule leads to tier "{tier}"', "add a rule that changes the tier to it, or remove the tier"
        ),
        Words(f"没有规则通向等级“{tier}”", "增加一条改为该等级的规则，或删除该等级"),
    )


def _never_left(tier: str) -> tuple[Words, Words]:
    return (
        Words(
            f'no rule leads out of tier "{tier}": whoever gets there stays for ever',
            "add a rule that ends the membership of those who no longer qualify",
        ),
        Words(f"没有规则离开等级“{tier}”：进入者永远不会退出", "为不再符合条件者增加一条退出规则"),
    )


def _stuck(move: Move, near: str, far: str) -> tuple[Words, Words]:
    name, to = move.placed.rule.id, move.to
    return (
        Words(
            f'"{name}" takes such a customer from "{near}" to "{to}", but no rule does so from "{far}"',
            f'let the step from "{far}" have no upper or lower end that this customer lies beyond',
        ),
        Words(
            f"规则“{name}”会把这样的客户从“{near}”移到“{to}”，但处于“{far}”时没有规则向该方向移动",
            f"放宽从“{far}”出发的规则，使其涵盖该客户",
        ),
    )
