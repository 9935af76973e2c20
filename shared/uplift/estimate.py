"""The difference that an action makes, from two groups drawn by chance, with its interval.

The interval is Welch's for two means with unequal variances (B. L. Welch, "The generalization of 'Student's'
problem when several different population variances are involved", Biometrika 34, 1947), with the quantile of
Student's t by the expansion in Abramowitz and Stegun, *Handbook of Mathematical Functions*, 26.7.5.
Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from math import inf, sqrt
from statistics import NormalDist

FEWEST = 30
"""Customers needed on either side before anything is said."""

CONFIDENCE = 0.95


class Verdict(str, Enum):
    """What may be said."""

    WORKS = "works"
    HARMS = "harms"
    NO_EFFECT_SHOWN = "no effect shown"
    NOT_ENOUGH_DATA = "not enough data"


@dataclass(frozen=True, slots=True)
class Arm:
    """One group: how many customers, and the mean and variance of what they did."""

    customers: int
    mean: float
    variance: float

    @classmethod
    def of(cls, outcomes: Iterable[float]) -> "Arm":
        """Summarise one outcome for each customer."""
        count, mean, squares = 0, 0.0, 0.0
        for outcome in outcomes:  # Welford: one pass, exact enough for any amount
            count += 1
            away = outcome - mean
            mean += away / count
            squares += away * (outcome - mean)
        return cls(count, mean, squares / (count - 1) if count > 1 else 0.0)

    @property
    def error(self) -> float:
        """Variance of the mean."""
        return self.variance / self.customers if self.customers else inf


@dataclass(frozen=True, slots=True)
class Uplift:
    """How much more the treated did than the held out, per customer."""

    treated: Arm
    held_out: Arm
    difference: float
    low: float
    high: float
    verdict: Verdict


def uplift(treated: Arm, held_out: Arm, confidence: float = CONFIDENCE, fewest: int = FEWEST) -> Uplift:
    """Compare two groups; with fewer than *fewest* customers in one of them the interval is boundless."""
    difference = treated.mean - held_out.mean
    if min(treated.customers, held_out.customers) < max(2, fewest):
        return Uplift(treated, held_out, difference, -inf, inf, Verdict.NOT_ENOUGH_DATA)
    half = _half_width([(1.0, treated), (1.0, held_out)], confidence)
    return _judged(treated, held_out, difference, half)


def each_of(comparisons: int, confidence: float = CONFIDENCE) -> float:
    """The confidence that each of some *comparisons* needs for all to hold at once with *confidence*.

    Bonferroni's: whatever the comparisons have in common. Of fourteen rules without any effect, one in two
    looks would otherwise praise or blame some rule.
    """
    return 1 - (1 - confidence) / max(1, comparisons)


def at_once(found: Sequence[Uplift], confidence: float = CONFIDENCE) -> list[Uplift]:
    """The same comparisons, with intervals that all hold at once."""
    known = sum(each.verdict is not Verdict.NOT_ENOUGH_DATA for each in found)
    return [uplift(each.treated, each.held_out, each_of(known, confidence)) for each in found]


def pooled(parts: Sequence[Uplift], confidence: float = CONFIDENCE) -> Uplift | None:
    """Several comparisons as one: each weighs as many customers as it treated.

    Those with too little data are left out; None if nothing remains.
    """
    known = [part for part in parts if part.verdict is not Verdict.NOT_ENOUGH_DATA]
    total = sum(part.treated.customers for part in known)
    if not total:
        return None
    weights = [part.treated.customers / total for part in known]
    weighted = list(zip(weights, known, strict=True))
    arms = [(w, arm) for w, part in weighted for arm in (part.treated, part.held_out)]
    half = _half_width(arms, confidence)
    return _judged(
        _together([(w, part.treated) for w, part in weighted]),
        _together([(w, part.held_out) for w, part in weighted]),
        sum(w * part.difference for w, part in weighted),
        half,
    )


def _judged(treated: Arm, held_out: Arm, difference: float, half: float) -> Uplift:
    low, high = difference - half, difference + half
    verdict = Verdict.NO_EFFECT_SHOWN
    if low > 0:
        verdict = Verdict.WORKS
    elif high < 0:
        verdict = Verdict.HARMS
    return Uplift(treated, held_out, difference, low, high, verdict)


def _together(weighted: Sequence[tuple[float, Arm]]) -> Arm:
    mean = sum(weight * arm.mean for weight, arm in weighted)
    customers = sum(arm.customers for _, arm in weighted)
    return Arm(customers, mean, customers * sum(weight**2 * arm.error for weight, arm in weighted))


def _half_width(weighted: Sequence[tuple[float, Arm]], confidence: float) -> float:
    """Half the interval of a weighted sum of independent means (Welch and Satterthwaite)."""
    errors = [(weight**2 * arm.error, arm.customers - 1) for weight, arm in weighted]
    variance = sum(error for error, _ in errors)
    if variance == 0:
        return 0.0
    freedom = 1 / sum((error / variance) ** 2 / degrees for error, degrees in errors)  # tiny squares vanish
    return student_quantile(0.5 + confidence / 2, freedom) * sqrt(variance)


def student_quantile(probability: float, freedom: float) -> float:
    """The quantile of Student's t; within 0.0005 of the tables from 10 degrees of freedom on."""
    x = NormalDist().inv_cdf(probability)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92_160,
    )
    return x + sum(term / freedom**power for power, term in enumerate(terms, start=1))
