"""The people of a simulated company: whether and when they do what Guanxi orders. Pure.

Drawn from the seed and from what was ordered alone, so that the same order is always worked alike.
"""

from dataclasses import dataclass
from random import Random

from shared.simulation.world import Care

OPENS, CLOSES = 0.35, 0.7
"""People work between these parts of a day."""


@dataclass(frozen=True, slots=True)
class Errand:
    """A care task, or an offer to hand over, that a rule ordered on *day*.

    *task* is the id of the task to close, empty for an offer. Work inside the company is no care.
    """

    customer: str
    rule: str
    kind: str
    day: int
    task: str = ""
    is_contact: bool = True
    is_care: bool = True


@dataclass(frozen=True, slots=True)
class Work:
    """What became of an errand: done or left, and when."""

    errand: Errand
    day: float
    is_done: bool

    @property
    def care(self) -> Care | None:
        """The care given by it, if it was any."""
        errand = self.errand
        if not (self.is_done and errand.is_care):
            return None
        return Care(self.day, errand.kind, errand.rule, errand.is_contact)


@dataclass(frozen=True, slots=True)
class Staff:
    """How reliable people are (*done*, a share) and within how many days they come to an errand."""

    seed: int
    done: float = 0.85
    within_days: int = 5

    def work(self, errand: Errand, earliest: int) -> Work:
        """Do or leave *errand*, not before day *earliest*."""
        ordered = f"{errand.customer}/{errand.rule}/{errand.kind}/{errand.day}"
        draw = Random(f"{self.seed}/staff/{ordered}")  # noqa: S311 - to be repeated is what it is for
        is_done = draw.random() < self.done
        day = earliest + draw.randrange(self.within_days) + draw.uniform(OPENS, CLOSES)
        return Work(errand, day, is_done)
