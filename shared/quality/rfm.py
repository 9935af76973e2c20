"""The yardstick that everybody knows: recency, frequency and money by fifths, added up. Pure."""

from collections.abc import Sequence
from itertools import groupby

FIFTHS = 5


def fifths(values: Sequence[float]) -> list[int]:
    """In which fifth each value stands, 1 (lowest) to 5; equal values share that of their middle rank."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0] * len(values)
    below = 0
    for _, tied in groupby(order, key=values.__getitem__):
        group = list(tied)
        middle = below + (len(group) - 1) / 2
        for at in group:
            found[at] = int(middle * FIFTHS / len(values)) + 1
        below += len(group)
    return found


def rfm_risk(recency: Sequence[float], frequency: Sequence[float], money: Sequence[float]) -> list[float]:
    """High for who bought long ago, seldom and little."""
    sums = zip(fifths(recency), fifths(frequency), fifths(money), strict=True)
    return [float(silent - often - much) for silent, often, much in sums]
