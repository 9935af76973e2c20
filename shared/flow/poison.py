"""What a processor cannot deal with: a message, or the close of a day for some customers."""

from collections.abc import Mapping, Sequence
from datetime import date

from shared.errors import GuanxiError, RefusedError


class PoisonError(GuanxiError):
    """The processor cannot deal with the record at *offset*; *refused*: trying again is useless."""

    code = "poison"

    def __init__(self, offset: int, cause: Exception) -> None:
        super().__init__(f"record {offset}: {_named(cause)}")
        self.offset = offset
        self.refused = cause if isinstance(cause, RefusedError) else None


class DayPoisonError(PoisonError):
    """The marker at *offset* closes *day*, which cannot be done for the customers in *causes*."""

    code = "poison-day"

    def __init__(self, offset: int, day: int, causes: Mapping[str, Exception]) -> None:
        super().__init__(offset, next(iter(causes.values())))
        self.refused = None
        self.day = date.fromordinal(day)
        self.causes = causes

    def told(self) -> Sequence[tuple[str, str]]:
        """Each customer, and why the day could not be closed."""
        return [(customer, self._detail(customer, cause)) for customer, cause in self.causes.items()]

    def _detail(self, customer: str, cause: Exception) -> str:
        return (
            f"the day {self.day} could not be closed for {customer}: {_named(cause)}; it stays due and is"
            " tried again when a later day closes and before the customer's next event"
        )


def _named(cause: Exception) -> str:
    return f"{type(cause).__name__}: {cause}"
