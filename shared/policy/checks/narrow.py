"""W304: a gap between two rules, or between raising and clearing an alert, that numbers jump over by
themselves.

Pure. Two rules that bring a customer there and back do not meet (else it is E303); they are too close if
they meet once one of them is read with the noise of its numbers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from shared.model.rules import ActionKind
from shared.policy.checks.found import Finding, Words
from shared.policy.checks.gaps import gaps
from shared.policy.checks.moves import Move, Thing, moves
from shared.policy.checks.noise import noise_of, tolerant
from shared.policy.checks.regions.claims import Claim
from shared.policy.checks.regions.customer import Customer
from shared.policy.checks.rulebook import Rulebook, apart_in_time
from shared.policy.codes import NARROW
from shared.policy.documents.policies import PlacedRule
from shared.policy.facts import TIER
from shared.policy.lowering import leaves
from shared.policy.quantities import write_value


@dataclass(frozen=True, slots=True)
class _Pair:
    """What brings a customer there (*up*) and what brings it back (*down*), as claims of two moments."""

    placed: PlacedRule
    up: Sequence[Claim]
    down: Claim
    facts: frozenset[str]
    private: frozenset[str]
    words: tuple[str, str]


def narrow(book: Rulebook) -> Iterator[Finding]:
    """Yield the pairs that are too close, with a customer between them."""
    for pair in (*_of_moves(book), *_of_alerts(book)):
        if book.impossible(pair.placed, *pair.up, pair.down, private=pair.private):
            finding = _too_close(book, pair)
            if finding:
                yield finding


def _of_moves(book: Rulebook) -> Iterator[_Pair]:
    for thing, found in moves(book).items():
        if thing.fact == TIER or thing.member is not None:
            places = thing.places(book.facts)
            for other, one in combinations(sorted(found, key=lambda move: places.index(move.to)), 2):
                if one.to != other.to and not apart_in_time(one.placed.rule, other.placed.rule):
                    yield _there_and_back(book, thing, one, other)


def _there_and_back(book: Rulebook, thing: Thing, one: Move, other: Move) -> _Pair:
    claims = book.claims
    up = [
        claims.true(one.placed.rule.when),
        claims.true(thing.at(other.to)),
        claims.true(thing.at(one.to)).at(1),
    ]
    first, second = one.placed.rule, other.placed.rule
    shared = _numbers(first.when) & _numbers(second.when)
    return _Pair(
        max(one.placed, other.placed, key=lambda placed: placed.span),
        up,
        claims.true(second.when).at(1),
        shared,
        thing.follows,
        (f'"{first.id}" and "{second.id}"', f"规则“{first.id}”与“{second.id}”之间"),
    )


def _of_alerts(book: Rulebook) -> Iterator[_Pair]:
    for placed in book.acting:
        rule = placed.rule
        raises = any(action.kind is ActionKind.RAISE_ALERT for action in rule.actions)
        told = any(gaps(rule, book.facts, book.catalogue.currency))
        if raises and rule.clear_when is not None and not told:
            yield _Pair(
                placed,
                [book.claims.true(rule.when)],
                book.claims.true(rule.clear_when),
                _numbers(rule.when) & _numbers(rule.clear_when),
                frozenset(),
                (f'raising and clearing the alert of "{rule.id}"', f"警报“{rule.id}”的触发与解除之间"),
            )


def _numbers(condition: object) -> frozenset[str]:
    return frozenset(leaf.fact for leaf in leaves(condition))  # type: ignore[arg-type]


def _too_close(book: Rulebook, pair: _Pair) -> Finding | None:
    noise = {name: noise_of(book.facts[name], book.catalogue) for name in pair.facts}
    for name, amount in sorted(noise.items()):
        customer = _between(book, pair, {name: amount}) if amount else None
        if customer is not None:
            return _finding(book, pair, name, amount, customer)
    return None


def _between(book: Rulebook, pair: _Pair, noise: Mapping[str, float]) -> Customer | None:
    down = tolerant(pair.down, noise, book.facts)
    return book.customer(pair.placed, *pair.up, down, private=pair.private)


def _finding(book: Rulebook, pair: _Pair, name: str, amount: float, customer: Customer) -> Finding:
    number = int(amount) if amount == int(amount) else amount
    said = write_value(number, book.facts[name].kind, book.catalogue.currency)
    between_en, between_zh = pair.words
    return Finding(
        NARROW,
        pair.placed.spans.get("when", pair.placed.span),
        Words(
            f'{between_en} are so close in "{name}" that its usual variation ({said}) leaps over',
            "leave a wider gap, or declare what the metric varies by (noise:) if it is less",
        ),
        Words(
            f"{between_zh}“{name}”的间距不大于其正常波动（{said}）",
            "拉大间距；若实际波动更小，请在指标中声明 noise:",
        ),
        customer,
        (pair.placed.rule.id,),
    )
