"""What a comparison adds up to while customers pass by; nothing of a customer is kept but what is named.

Pure. Tallies of several processes add up to the same whatever the split.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b

import orjson

from shared.backtest.acts import ALERT, OFFER, TASK, acts
from shared.backtest.blame import Blame, differing
from shared.backtest.course import CustomerLog
from shared.backtest.moves import Move, moves, way
from shared.backtest.replay import Replayed
from shared.backtest.sides import Sides
from shared.contracts.decision import DecisionRecord

DAILY = (ALERT, TASK, OFFER)
"""Kinds of actions that are counted by day."""

_WHOLE = 1 << 256


@dataclass(slots=True)
class Tally:
    """Counts by side: False is the base, True the candidate."""

    customers: int = 0
    events: int = 0
    fingerprint: int = 0  # of all events, in whatever order customers came
    tiers: Counter[tuple[str, str]] = field(default_factory=Counter)  # at the end: base, candidate
    moves: list[Move] = field(default_factory=list)
    acts: Counter[tuple[str, str, bool]] = field(default_factory=Counter)  # by kind and name
    reached: Counter[tuple[str, str, bool]] = field(default_factory=Counter)  # customers, by kind and name
    gained: dict[tuple[str, str], list[str]] = field(default_factory=dict)  # customers, alerts only
    lost: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    days: Counter[tuple[str, str, int, bool]] = field(default_factory=Counter)  # by kind, name and day
    flips: Counter[tuple[int, bool]] = field(default_factory=Counter)  # customers by changes of tier
    most_flips: tuple[int, int] = (0, 0)  # of one customer within a year, by side
    fired: Counter[tuple[str, bool]] = field(default_factory=Counter)  # by rule
    only: Counter[tuple[str, bool]] = field(default_factory=Counter)  # firings that the other side has not
    blamed: Counter[str] = field(default_factory=Counter)  # differing decisions, by whose change
    blamed_customers: Counter[str] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        """Take in what another process counted."""
        self.customers += other.customers
        self.events += other.events
        self.fingerprint = (self.fingerprint + other.fingerprint) % _WHOLE
        self.moves += other.moves
        self._keep_most(*other.most_flips)
        for name in _COUNTERS:
            getattr(self, name).update(getattr(other, name))
        for name in ("gained", "lost"):
            for key, customers in getattr(other, name).items():
                getattr(self, name).setdefault(key, []).extend(customers)

    def count(self, log: CustomerLog, pair: tuple[Replayed, Replayed], compared: Sides) -> list[Move]:
        """Take one customer in; return how their tiers moved."""
        self.customers += 1
        self.events += len(log.events)
        self.fingerprint = (self.fingerprint + fingerprint(log)) % _WHOLE
        from_day = compared.from_day
        base, candidate = (replayed.decisions for replayed in pair)
        self._acts(log.customer, base, candidate, from_day)
        ways = way(base, from_day), way(candidate, from_day)
        self.tiers[ways[0].last, ways[1].last] += 1
        for side, taken in enumerate(ways):
            self.flips[len(taken.steps), bool(side)] += 1
        self._keep_most(ways[0].most_within_a_year, ways[1].most_within_a_year)
        blame = self._blame(base, candidate, compared)
        moved = list(moves(log.customer, *ways, blame))
        self.moves += moved
        return moved

    def _keep_most(self, base: int, candidate: int) -> None:
        self.most_flips = max(self.most_flips[0], base), max(self.most_flips[1], candidate)

    def _acts(
        self, customer: str, base: list[DecisionRecord], candidate: list[DecisionRecord], from_day: int
    ) -> None:
        reached: tuple[set[tuple[str, str]], set[tuple[str, str]]] = (set(), set())
        for side, decisions in enumerate((base, candidate)):
            for act in acts(decisions, from_day):
                self.acts[act.kind, act.name, bool(side)] += 1
                reached[side].add((act.kind, act.name))
                if act.kind in DAILY:
                    self.days[act.kind, act.name, act.day, bool(side)] += 1
            for kind, name in reached[side]:
                self.reached[kind, name, bool(side)] += 1
            for decision in decisions:
                if decision.outcome == "fired" and decision.day >= from_day:
                    self.fired[decision.rule, bool(side)] += 1
        for found, other, named in (
            (reached[1], reached[0], self.gained),
            (reached[0], reached[1], self.lost),
        ):
            for key in found - other:
                if key[0] == ALERT:
                    named.setdefault(key, []).append(customer)

    def _blame(self, base: list[DecisionRecord], candidate: list[DecisionRecord], compared: Sides) -> Blame:
        blame = Blame(compared.changes, policy_order(compared))
        only = differing(base, candidate, compared.from_day)
        blame.follow(*only)
        for side, decisions in enumerate(only):
            for decision in decisions:
                if decision.outcome == "fired":
                    self.only[decision.rule, bool(side)] += 1
        self.blamed.update(blame.by_decision.values())
        self.blamed_customers.update(set(blame.by_decision.values()))
        return blame


_COUNTERS = ("tiers", "acts", "reached", "days", "flips", "fired", "only", "blamed", "blamed_customers")


def policy_order(compared: Sides) -> Mapping[str, int]:
    """The policies of both sides by their place, the candidate's where it has them."""
    found: dict[str, int] = {}
    for side in (compared.base, compared.candidate):
        found.update({policy.id: number for number, policy in enumerate(side.bundle.policies)})
    return found


def fingerprint(log: CustomerLog) -> int:
    """A number that tells the customer's events, in their order, from any others."""
    drawn = blake2b(log.customer.encode(), digest_size=32)
    for _, event in log.events:
        told = (event.source, event.id, event.type, event.time, event.data)
        drawn.update(orjson.dumps(told, option=orjson.OPT_SORT_KEYS))
    return int.from_bytes(drawn.digest(), "big")


def tallied(tallies: Iterable[Tally]) -> Tally:
    """The sum of *tallies*, with what is listed in order."""
    whole = Tally()
    for each in tallies:
        whole.add(each)
    whole.moves.sort(key=lambda move: (move.change, move.tier, move.customer))
    for named in (*whole.gained.values(), *whole.lost.values()):
        named.sort()
    return whole
