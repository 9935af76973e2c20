"""A release made ready to judge by: its compiled program and local calendar, once per release."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from shared.customer.local_time import LocalTime
from shared.model.rules import Bundle
from shared.policy.engine.port import Engine
from shared.policy.evaluation.program import Program


@dataclass(frozen=True, slots=True)
class Judge:
    """How one release judges."""

    program: Program
    local_time: LocalTime


def judges(bundle: Callable[[str], Bundle], engine: Engine, *, terse: bool = False) -> Callable[[str], Judge]:
    """Return a function that gives the judge of a release digest, compiling each once.

    A *terse* one decides alike, but its records do not say why.
    """

    @lru_cache(maxsize=8)
    def by_digest(digest: str) -> Judge:
        release = bundle(digest)
        return Judge(Program.compile(release, engine, terse=terse), LocalTime(release.catalogue.timezone))

    return by_digest
