"""What is unusual: rules that acted far more, or far less, in the last week than in the eight weeks before.

Pure. A week is unusual when it lies beyond three standard deviations of the weeks before, which chance alone
makes at least as large as the root of their mean (Poisson), and by five at least: that a rare rule acted
twice is no news.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from statistics import mean, pstdev

WEEK, BEFORE, FEWEST_WEEKS = 7, 8, 4
DEVIATIONS, LEAST = 3.0, 5.0


@dataclass(frozen=True, slots=True)
class Anomaly:
    """How often a rule acted in the last week, and in a usual one."""

    rule: str
    count: int
    usual: float


def anomalies(acted: Mapping[tuple[str, int], int], last: int, since: int) -> tuple[Anomaly, ...]:
    """Compare the week that ends with the day *last* with those before, from the day *since* on.

    *acted* says how often by rule and day; the farthest from usual comes first. Fewer than four weeks tell
    nothing of what is usual.
    """
    weeks = min(BEFORE, (last - WEEK - since + 1) // WEEK)
    if weeks < FEWEST_WEEKS:
        return ()
    counts: dict[str, list[int]] = {}
    for (rule, day), times in acted.items():
        ago = (last - day) // WEEK
        if 0 <= ago <= weeks:
            counts.setdefault(rule, [0] * (weeks + 1))[ago] += times
    found = filter(None, (_unusual(rule, each) for rule, each in counts.items()))
    return tuple(sorted(found, key=lambda each: (-abs(each.count - each.usual), each.rule)))


def _unusual(rule: str, weeks: list[int]) -> Anomaly | None:
    now, before = weeks[0], weeks[1:]
    usual = mean(before)
    spread = max(sqrt(usual), pstdev(before), 1.0)
    away = abs(now - usual)
    return Anomaly(rule, now, round(usual, 1)) if away >= max(LEAST, DEVIATIONS * spread) else None
