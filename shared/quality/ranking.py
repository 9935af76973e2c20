"""How well a ranking puts those first who then left. Pure.

Equal scores are equal: pairs of them count half, and a tenth whose border falls among them takes its share
of each, so that no order of customers changes a figure.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import sqrt

Z_95 = 1.959964
"""Of the standard normal distribution: 95 % lie within."""

TENTH = 0.1

Interval = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ranked:
    """One ranking of some customers, with 95 % intervals; None where there is nothing to tell apart."""

    auc: float | None
    auc_interval: Interval | None
    lift: float | None
    lift_interval: Interval | None


def ranked(scores: Sequence[float], left: Sequence[bool]) -> Ranked:
    """Score a ranking in which the highest are expected to leave first."""
    leavers = sum(left)
    area, lift = auc(scores, left), top_lift(scores, left)
    if area is None or lift is None:
        return Ranked(area, None, lift, None)
    share, picked = leavers / len(left), TENTH * len(left)
    low, high = wilson(lift * share * picked, picked)
    return Ranked(area, hanley_mcneil(area, leavers, len(left) - leavers), lift, (low / share, high / share))


def auc(scores: Sequence[float], left: Sequence[bool]) -> float | None:
    """The chance that a leaver stands above a stayer, ties counting half: the area under the ROC curve.

    By the sum of the leavers' mid-ranks (Mann and Whitney 1947). None without a leaver and a stayer.
    """
    leavers = sum(left)
    stayers = len(left) - leavers
    if not leavers or not stayers:
        return None
    below, won = 0, 0.0
    for tied_leavers, tied in _ties(scores, left, descending=False):
        stayed = tied - tied_leavers
        won += tied_leavers * (below + stayed / 2)
        below += stayed
    return won / (leavers * stayers)


def top_lift(scores: Sequence[float], left: Sequence[bool], share: float = TENTH) -> float | None:
    """How many times more leavers the riskiest *share* holds than a share picked blindly."""
    leavers = sum(left)
    if not leavers:
        return None
    wanted = share * len(left)
    return hits(scores, left, wanted) / wanted * len(left) / leavers


def hits(scores: Sequence[float], sought: Sequence[bool], places: float) -> float:
    """How many *sought* stand on the first *places*; ties on the border share what is left of these."""
    found = 0.0
    for tied_sought, tied in _ties(scores, sought, descending=True):
        taken = min(tied, places)
        found += tied_sought * taken / tied
        places -= taken
        if places <= 0:
            break
    return found


def _ties(scores: Sequence[float], left: Sequence[bool], *, descending: bool) -> Iterator[tuple[int, int]]:
    """For each score in order: how many of those who have it left, and how many have it."""
    order = sorted(range(len(scores)), key=scores.__getitem__, reverse=descending)
    for _, tied in groupby(order, key=scores.__getitem__):
        group = [left[at] for at in tied]
        yield sum(group), len(group)


def hanley_mcneil(area: float, leavers: int, stayers: int) -> Interval:
    """The 95 % interval of an area under the curve (Hanley and McNeil, Radiology 143, 1982, p. 29)."""
    two_leavers, two_stayers = area / (2 - area), 2 * area * area / (1 + area)
    variance = (
        area * (1 - area)
        + (leavers - 1) * (two_leavers - area * area)
        + (stayers - 1) * (two_stayers - area * area)
    ) / (leavers * stayers)
    reach = Z_95 * sqrt(max(0.0, variance))
    return max(0.0, area - reach), min(1.0, area + reach)


def wilson(hits: float, of: float) -> Interval:
    """The 95 % interval of a share (Wilson, JASA 22, 1927): sound for few and for none as well."""
    if of <= 0:
        return 0.0, 1.0
    share, square = hits / of, Z_95 * Z_95
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = Z_95 * sqrt(max(0.0, share * (1 - share)) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - reach), min(1.0, middle + reach)
