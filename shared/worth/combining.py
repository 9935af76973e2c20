"""Premises put together: what people give wins over what was measured, and that over what is assumed.

Pure. Every premise keeps its source, because a result is worth no more than its premises.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.worth.measured import Measured
from shared.worth.premises import PREMISES, PremiseError, Premises

GIVEN, MEASURED, ASSUMED = "given", "measured", "assumed"

ASSUMPTIONS: Mapping[str, float] = {"years": 3, "discount": 0.10}


class NotGivenError(PremiseError):
    """Premises that no event tells, by *names*: somebody has to give them."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(f"{', '.join(names)}: in no event, so it has to be given")
        self.names = names


class NotEnoughDataError(PremiseError):
    """A premise that was to be measured cannot be: too little was recorded."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """Premises, and of each where it comes from."""

    group: str
    premises: Premises
    sources: Mapping[str, str]


def combine(given: Mapping[str, float | None], measured: Measured | None = None) -> Sourced:
    """Put the premises of one group together.

    Raises `NotGivenError` for premises that nobody gave and no event tells, `NotEnoughDataError` for those
    that the events of this group do not tell.
    """
    known = _known_from(measured)
    values: dict[str, float] = {}
    sources: dict[str, str] = {}
    for name in PREMISES:
        for source, found in ((GIVEN, given), (MEASURED, known), (ASSUMED, ASSUMPTIONS)):
            value = found.get(name)
            if value is not None:
                values[name], sources[name] = value, source
                break
    _require(values, known)
    premises = Premises(years=int(values.pop("years")), **values)
    return Sourced(measured.group if measured else "", premises, sources)


def _known_from(measured: Measured | None) -> dict[str, float | None]:
    if measured is None:
        return {}
    return {"customers": measured.customers, "churn": measured.churn, "revenue": measured.revenue}


def _require(values: Mapping[str, float], known: Mapping[str, float | None]) -> None:
    missing = [name for name in PREMISES if name not in values]
    if given_only := [name for name in missing if name not in known]:
        raise NotGivenError(given_only)
    if missing:
        raise NotEnoughDataError(
            f"{', '.join(missing)}: not enough purchases were recorded in the last two years to measure it"
        )
