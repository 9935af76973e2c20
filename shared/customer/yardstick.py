"""A release made ready to measure with: its compiled model and local calendar, once per release."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from shared.customer.assess import CustomerModel
from shared.customer.local_time import LocalTime
from shared.model.rules import Bundle


@dataclass(frozen=True, slots=True)
class Yardstick:
    """How one release measures and scores."""

    digest: str
    model: CustomerModel
    local_time: LocalTime


def yardsticks(bundle: Callable[[str], Bundle]) -> Callable[[str], Yardstick]:
    """Return a function that gives the yardstick of a release digest, compiling each once."""

    @lru_cache(maxsize=8)
    def by_digest(digest: str) -> Yardstick:
        catalogue = bundle(digest).catalogue
        return Yardstick(digest, CustomerModel.compile(catalogue), LocalTime(catalogue.timezone))

    return by_digest
