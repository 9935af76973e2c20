"""How one customer's way through the tiers differs between two runs: gained, lost, earlier, later. Pure."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.backtest.acts import TIER, Act, acts
from shared.backtest.blame import UNKNOWN, Blame
from shared.contracts.decision import DecisionRecord
from shared.policy.evaluation.relationship import NO_TIER

GAINED, LOST, EARLIER, LATER, OTHERWISE = "gained", "lost", "earlier", "later", "otherwise"
CHANGES = (GAINED, LOST, EARLIER, LATER, OTHERWISE)
"""gained: in the tier with the candidate only; lost: with the base only; earlier, later: enters it on another
day; otherwise: enters it on the same day, but leaves or comes back differently."""

YEAR = 365


@dataclass(frozen=True, slots=True)
class Way:
    """A run's way through the tiers: where it began and each change, from the first day that counts on."""

    first: str
    steps: tuple[Act, ...]

    @property
    def last(self) -> str:
        """The tier at the end."""
        return self.steps[-1].name if self.steps else self.first

    @property
    def path(self) -> tuple[tuple[int, str], ...]:
        """Days and tiers alone."""
        return tuple((step.day, step.name) for step in self.steps)

    @property
    def most_within_a_year(self) -> int:
        """The most changes of tier within 365 days."""
        days = [step.day for step in self.steps]
        return max((bisect_right(days, day + YEAR - 1) - at for at, day in enumerate(days)), default=0)

    def was_in(self, tier: str) -> bool:
        """Whether the customer was ever in *tier*."""
        return self.first == tier or any(step.name == tier for step in self.steps)

    def entry(self, tier: str) -> Act | None:
        """The first time the customer came into *tier*, None for one who was in it from the beginning."""
        if self.first == tier:
            return None
        return next((step for step in self.steps if step.name == tier), None)


@dataclass(frozen=True, slots=True)
class Move:
    """One customer whose membership in *tier* differs; *days* is how much later the candidate's day is.

    *rule* decided, on *day*, on the side that has the decision; *blame* is whose change it follows from.
    """

    customer: str
    change: str
    tier: str
    base_day: int | None
    candidate_day: int | None
    day: int
    rule: str
    blame: str

    @property
    def days(self) -> int:
        """Days from the base's entry to the candidate's."""
        return (
            0 if self.base_day is None or self.candidate_day is None else self.candidate_day - self.base_day
        )


def way(decisions: Sequence[DecisionRecord], from_day: int) -> Way:
    """A run's way through the tiers from *from_day* on."""
    changes = [act for act in acts(decisions, 0) if act.kind == TIER]
    before = [act for act in changes if act.day < from_day]
    return Way(before[-1].name if before else NO_TIER, tuple(changes[len(before) :]))


def moves(customer: str, base: Way, candidate: Way, blame: Blame) -> Iterator[Move]:
    """Every tier but none that the two ways differ in."""
    if (base.first, base.path) == (candidate.first, candidate.path):
        return
    tiers = {step.name for step in (*base.steps, *candidate.steps)} | {base.first, candidate.first}
    for tier in sorted(tiers - {NO_TIER}):
        if move := _move(customer, tier, base, candidate, blame):
            yield move


def _move(customer: str, tier: str, base: Way, candidate: Way, blame: Blame) -> Move | None:
    before, after = base.was_in(tier), candidate.was_in(tier)
    left, right = base.entry(tier), candidate.entry(tier)
    if before and not after:
        change, act, side = LOST, left, False
    elif after and not before:
        change, act, side = GAINED, right, True
    elif left and right and left.day != right.day:
        change, act, side = (EARLIER, right, True) if right.day < left.day else (LATER, left, False)
    else:
        found = _first_difference(tier, base, candidate)
        if found is None:
            return None
        change, (act, side) = OTHERWISE, found
    days = left.day if left else None, right.day if right else None
    if act is None:
        return Move(customer, change, tier, *days, 0, "", UNKNOWN)
    root = blame.by_decision.get((side, act.decision.id), UNKNOWN)
    return Move(customer, change, tier, *days, act.day, act.decision.rule, root)


def _first_difference(tier: str, base: Way, candidate: Way) -> tuple[Act, bool] | None:
    """The first step into or out of *tier* that one side alone makes, and whether it is the candidate's."""
    left, right = _around(tier, base), _around(tier, candidate)
    steps = [(step, False) for day, step in left.items() if day not in right]
    steps += [(step, True) for day, step in right.items() if day not in left]
    return min(steps, key=lambda found: found[0].day) if steps else None


def _around(tier: str, taken: Way) -> dict[tuple[int, str], Act]:
    """The steps into *tier*, and those out of it."""
    found, inside = {}, taken.first == tier
    for step in taken.steps:
        if inside or step.name == tier:
            found[step.day, step.name] = step
        inside = step.name == tier
    return found
