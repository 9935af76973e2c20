"""How well a score finds customers of whom the truth is known, beside plain spending and the members.

Pure. The truth comes from outside: of a simulated company, or from people who know their customers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.quality.ranking import Interval, auc, hits, wilson

SHARES = (0.05, 0.1, 0.2)
"""Sizes looked at besides the circle's own, as shares of all customers."""


@dataclass(frozen=True, slots=True)
class Known:
    """One customer: the truth, and what is recorded."""

    sought: bool
    score: float
    spend: float
    member: bool


@dataclass(frozen=True, slots=True)
class Precision:
    """Of so many chosen, the share that is sought, with its 95 % interval."""

    chosen: int
    share: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Found:
    """What each way finds: one precision by size, the circle's first; the members there are if there are any.

    *auc* is the chance that somebody sought ranks above somebody else.
    """

    customers: int
    sought: int
    members: Precision | None
    by_score: tuple[Precision, ...]
    by_spend: tuple[Precision, ...]
    auc_score: float | None
    auc_spend: float | None

    @property
    def base(self) -> float:
        """What a blind choice finds."""
        return self.sought / self.customers


def found(known: Mapping[str, Known], size: int | None = None) -> Found:
    """Look at *known* customers, of whom there is at least one, at *size* or at the circle's own."""
    everybody = list(known.values())
    members = [each for each in everybody if each.member]
    sought = [each.sought for each in everybody]
    sizes = _sizes(size or len(members), len(everybody))
    scores, spends = [each.score for each in everybody], [each.spend for each in everybody]
    return Found(
        customers=len(everybody),
        sought=sum(sought),
        members=_precision(sum(each.sought for each in members), len(members)) if members else None,
        by_score=tuple(_precision(hits(scores, sought, size), size) for size in sizes),
        by_spend=tuple(_precision(hits(spends, sought, size), size) for size in sizes),
        auc_score=auc(scores, sought),
        auc_spend=auc(spends, sought),
    )


def _sizes(own: int, customers: int) -> Sequence[int]:
    """The own size first, then the shares; none twice, none of nobody or of more than there are."""
    wanted = [own, *(round(share * customers) for share in SHARES)]
    return [size for size in dict.fromkeys(wanted) if 0 < size <= customers]


def _precision(hit: float, chosen: int) -> Precision:
    return Precision(chosen, hit / chosen, wilson(hit, chosen))
