"""What facts that rules set have come to when nothing else changes: so that a customer is one who can be.

Pure. A fact keeps its last value unless a rule that holds sets another; a customer for whom such a rule
holds would not be that customer any more after the first evaluation.
"""

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from shared.policy.checks.moves import Move, Thing
from shared.policy.checks.regions.claims import Claim, all_of, any_of
from shared.policy.checks.rulebook import Rulebook, reads


def touched(moves_of: dict[Thing, list[Move]], begun: AbstractSet[str]) -> frozenset[str]:
    """*begun*, and the facts set by rules that look at any of these: all that may differ with them."""
    found = frozenset(begun)
    while True:
        more = {
            move.thing.fact
            for each in moves_of.values()
            for move in each
            if move.is_level and reads(move.placed.rule.when, move.placed.rule.clear_when) & found
        }
        if more <= found:
            return found
        found |= more


def settled(
    book: Rulebook,
    moves_of: dict[Thing, list[Move]],
    claims: Sequence[Claim],
    private: AbstractSet[str],
    moments: int,
) -> Iterator[Claim]:
    """Yield what holds of the set facts that *claims* look at, and of those their rules look at in turn."""
    wanted = {column.fact for claim in claims for column in claim.columns}
    done: set[str] = set()
    while todo := sorted(wanted - done):
        for name in todo:
            done.add(name)
            for move in moves_of.get(Thing(name), ()):
                if move.is_level:
                    claim = _not_about_to(book, move, moves_of[move.thing])
                    wanted |= {column.fact for column in claim.columns}
                    inner = not private.isdisjoint(column.fact for column in claim.columns)
                    yield from (claim.at(copy) for copy in range(moments if inner else 1))


def _not_about_to(book: Rulebook, move: Move, rivals: Sequence[Move]) -> Claim:
    """The rule of *move* changes nothing: it does not hold, or says what is, or a stronger one does."""
    claims = book.claims
    rule = move.placed.rule
    stronger = [
        all_of(claims.true(other.placed.rule.when), claims.true(other.thing.at(other.to)))
        for other in rivals
        if other.policy == move.policy and other.placed.rule.priority > rule.priority
    ]
    return any_of(claims.true(move.thing.at(move.to)), claims.not_true(rule.when), *stronger)
