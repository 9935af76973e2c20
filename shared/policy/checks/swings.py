"""E303: customers who go back and forth for ever, although nothing about them changes.

Pure. Rules that move a thing are steps of a graph of its places. Around a cycle all conditions must hold
for the same facts, each at its own place; whoever that is, is then watched living under the rules. Only a
customer who really comes round twice is told of, with how long one turn takes.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, product

from shared.model.rules import WhenMissing
from shared.model.values import Value
from shared.policy.checks.cycles import cycles
from shared.policy.checks.found import Finding, Words
from shared.policy.checks.moves import Move, Thing, moves
from shared.policy.checks.regions.claims import Choice, Claim, all_of
from shared.policy.checks.regions.customer import Customer
from shared.policy.checks.rulebook import Rulebook, apart_in_time
from shared.policy.checks.settling import settled, touched
from shared.policy.checks.turning import Turn, turn_of
from shared.policy.checks.watching import Watch
from shared.policy.codes import OSCILLATION
from shared.policy.documents.policies import PlacedRule

MOST_CUSTOMERS = 12
MOST_OTHERS = 4
MOST_CYCLES = 300
MOST_LIVES = 1_000
_QUOTED = (('"{}"', " and "), ("“{}”", "、"))
Cycle = tuple[tuple[Value, Move], ...]


@dataclass(slots=True)
class Swings:
    """Looks for cycles in one rulebook; *watch* is called for once there is a customer to watch."""

    book: Rulebook
    watch: Watch
    _lives: int = MOST_LIVES
    _moves: dict[Thing, list[Move]] = field(init=False)

    def __post_init__(self) -> None:
        self._moves = moves(self.book)

    def found(self) -> Iterator[Finding]:
        """Yield every set of rules that sends some customer round."""
        told: set[frozenset[str]] = set()
        for thing, steps in self._moves.items():
            for cycle in self._cycles(thing, steps):
                rules = frozenset(move.placed.rule.id for _, move in cycle)
                if rules in told:
                    continue
                shown = self._shown(thing, cycle)
                if shown is not None:
                    told.add(rules)
                    yield shown

    def _cycles(self, thing: Thing, steps: Sequence[Move]) -> Iterator[Cycle]:
        places = thing.places(self.book.facts)
        graph: dict[Value, list[tuple[Value, Move]]] = {}
        for place in places:
            for move in steps:
                if move.to != place and self._can_leave(place, move):
                    graph.setdefault(place, []).append((move.to, move))
        found = list(islice(cycles(places, graph), MOST_CYCLES + 1))
        if len(found) > MOST_CYCLES:
            self.book.undecided.setdefault(steps[0].placed.rule.id, steps[0].placed)
        yield from sorted(found, key=len)

    def _can_leave(self, place: Value, move: Move) -> bool:
        claims, placed = self.book.claims, move.placed
        holds = claims.true(placed.rule.when), claims.true(move.thing.at(place))
        return self.book.customer(placed, *holds) is not None

    def _shown(self, thing: Thing, cycle: Cycle) -> Finding | None:
        """The first customer who, watched, goes round *cycle*."""
        if _never_together([move.placed for _, move in cycle]):
            return None
        for customer in self._candidates(thing, cycle):
            if self._lives == 0:
                last = cycle[-1][1].placed
                self.book.undecided.setdefault(last.rule.id, last)
                return None
            self._lives -= 1
            turn = turn_of(self.watch, cycle, customer, self.book)
            if turn is not None:
                return _finding(thing, cycle, customer, turn)
        return None

    def _candidates(self, thing: Thing, cycle: Cycle) -> Iterator[Customer]:
        claims = list(self._claims(thing, cycle))
        private = touched(self._moves, thing.follows)
        looked_at = [claim for claim in claims if isinstance(claim, Claim)]
        claims += settled(self.book, self._without(thing), looked_at, private, len(cycle))
        placed = cycle[0][1].placed
        for more in ((), *self._others(thing, cycle)):
            yield from islice(self.book.customers(placed, *claims, *more, private=private), MOST_CUSTOMERS)

    def _others(self, thing: Thing, cycle: Cycle) -> Iterator[tuple[Claim, ...]]:
        """Every way in which the rules that act once, and are no part of the cycle, may hold: each could
        take a customer away for good, or bring them back."""
        inside = {move.placed.rule.id for _, move in cycle}
        others = {move.placed.rule.id: move for move in self._moves[thing] if _acts_once(move)}
        whens = [move.placed.rule.when for name, move in others.items() if name not in inside]
        claims = self.book.claims
        yield from product(*((claims.true(when), claims.not_true(when)) for when in whens[:MOST_OTHERS]))

    def _without(self, thing: Thing) -> dict[Thing, list[Move]]:
        return {other: steps for other, steps in self._moves.items() if other.fact != thing.fact}

    def _claims(self, thing: Thing, cycle: Cycle) -> Iterator[Claim | Choice]:
        """At each place its rule holds and goes first; and somewhere on the way it lets go, to act anew."""
        claims = self.book.claims
        for copy, (place, move) in enumerate(cycle):
            yield claims.true(thing.at(place)).at(copy)
            yield claims.true(move.placed.rule.when).at(copy)
            for rival in self._moves[thing]:
                if _goes_first(rival, move, place):
                    yield from self._stands_back(rival, copy, len(cycle))
        for copy, (_, move) in enumerate(cycle):
            if _acts_once(move):
                yield self._lets_go(move.placed, copy, len(cycle))

    def _stands_back(self, rival: Move, copy: int, moments: int) -> Iterator[Claim | Choice]:
        """*rival* does not hold now; or it holds all the way round, and acted once for all of it."""
        claims, when = self.book.claims, rival.placed.rule.when
        away = claims.not_true(when).at(copy)
        if not _acts_once(rival):
            yield away
            return
        for other in range(moments):
            if other != copy:
                yield Choice((away, claims.not_false(when).at(other)))

    def _lets_go(self, placed: PlacedRule, own: int, moments: int) -> Choice:
        """At one of the other moments the rule's episode ends."""
        over = self._over(placed)
        return Choice(tuple(over.at(copy) for copy in range(moments) if copy != own))

    def _over(self, placed: PlacedRule) -> Claim:
        rule, claims = placed.rule, self.book.claims
        lets_go = claims.false if rule.when_missing is WhenMissing.WAIT else claims.not_true
        if rule.clear_when is None:
            return lets_go(rule.when)
        return all_of(claims.true(rule.clear_when), lets_go(rule.when))


def _acts_once(move: Move) -> bool:
    """Whether the rule acts only once as long as it holds."""
    return not move.is_level and move.placed.rule.repeat is None


def _goes_first(rival: Move, move: Move, place: Value) -> bool:
    """Whether *rival*, if it holds at *place*, acts before *move* can."""
    one, two = rival.placed.rule, move.placed.rule
    same = rival.placed is not move.placed and rival.policy == move.policy and rival.to != place
    return same and one.priority > two.priority and one.for_days <= two.for_days


def _never_together(placed: Sequence[PlacedRule]) -> bool:
    return any(apart_in_time(one.rule, other.rule) for one in placed for other in placed)


def _finding(thing: Thing, cycle: Cycle, customer: Customer, turn: Turn) -> Finding:
    rules = list(dict.fromkeys(move.placed.rule.id for _, move in cycle))
    last = max((move.placed for _, move in cycle), key=lambda placed: placed.span)
    return Finding(OSCILLATION, last.span, *_words(thing, cycle, rules, turn), customer, tuple(rules))


def _words(thing: Thing, cycle: Cycle, rules: Sequence[str], turn: Turn) -> tuple[Words, Words]:
    places = [place for place, _ in (*cycle, cycle[0])]
    what = thing.member or thing.fact
    english, chinese = (joint.join(map(quoted.format, rules)) for quoted, joint in _QUOTED)
    en = Words(
        f"{english} send the same customer round and round: {what} "
        f"{' → '.join(thing.say(place) for place in places)}, {turn.english}",
        "let their conditions not meet: ask more of who rises than of who stays, in the same facts",
        "for facts that do not change, a place to stay",
    )
    zh = Words(
        f"规则{chinese}使同一客户反复变动：{what} "
        f"{' → '.join(thing.say(place, 'zh') for place in places)}，{turn.chinese}",
        "让两组条件互不相交：对同一事实，升的门槛要高于留的门槛",
        "事实不变时状态应稳定",
    )
    return en, zh
