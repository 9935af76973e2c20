"""What if: premises changed by words such as ``churn -4 points, revenue +20 percent``.

Pure. A change is absolute (``churn 20 percent``), relative (``revenue +20 percent`` of what it was) or, for
shares and counts, a step (``churn -4 points``, ``years +1``).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from shared.policy.suggest import did_you_mean
from shared.worth.premises import PREMISES, PremiseError, Premises
from shared.worth.value import net_present_value

_CHANGE = re.compile(
    r"(?P<name>[a-z_]+)\s*(?:to\s+|=\s*)?(?P<sign>[+-]?)\s*(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>percent|%|points?|)"
)
FORMS = '"churn -4 points", "acquisition_cost -10 percent", "years +1" or "revenue 1400"'


@dataclass(frozen=True, slots=True)
class Change:
    """One premise's change; *unit* is ``percent``, ``points`` or nothing, *sign* ``+``, ``-`` or nothing."""

    name: str
    sign: str
    number: float
    unit: str

    def apply(self, premises: Premises) -> Premises:
        """*premises* with this change; raises `PremiseError` when that cannot be."""
        changed: Any = self._changed(getattr(premises, self.name))
        if self.name == "years":
            if changed != int(changed):
                raise PremiseError(f"years would be {changed:g}; expected a whole number")
            changed = int(changed)
        return replace(premises, **{self.name: changed})

    def _changed(self, value: float) -> float:
        amount = self.number / 100 if self.unit else self.number
        if not self.sign:
            return amount
        step = value * amount if self.unit == "percent" else amount
        return value + step if self.sign == "+" else value - step


@dataclass(frozen=True, slots=True)
class Scenario:
    """Changes that are made together."""

    name: str
    changes: tuple[Change, ...]

    def apply(self, premises: Premises) -> Premises:
        """*premises* as this scenario has them."""
        for change in self.changes:
            premises = change.apply(premises)
        return premises


@dataclass(frozen=True, slots=True)
class Compared:
    """A scenario's premises and what it comes to beside the base."""

    name: str
    premises: Premises
    value: float
    gain: float


def parse_scenario(text: str) -> Scenario:
    """Read ``[NAME:] CHANGE[, CHANGE …]``; raises `PremiseError` with what was expected."""
    name, colon, rest = text.rpartition(":")
    parts = [part.strip() for part in (rest if colon else text).split(",") if part.strip()]
    if not parts:
        raise PremiseError(f"{text!r} changes nothing; expected for example {FORMS}")
    changes = tuple(_change(part) for part in parts)
    return Scenario(name.strip() or ", ".join(parts), changes)


def _change(text: str) -> Change:
    found = _CHANGE.fullmatch(text)
    if found is None:
        raise PremiseError(f"{text!r} is no change; expected for example {FORMS}")
    name, sign = found["name"], found["sign"]
    if name not in PREMISES:
        hint = did_you_mean(name, PREMISES)
        raise PremiseError(f"there is no premise {name!r}; {hint or 'expected ' + ', '.join(PREMISES)}")
    unit = {"%": "percent", "point": "points"}.get(found["unit"], found["unit"])
    _check_unit(text, name, sign, unit)
    return Change(name, sign, float(found["number"]), unit)


def _check_unit(text: str, name: str, sign: str, unit: str) -> None:
    is_share = PREMISES[name].is_share
    if unit == "points" and not (is_share and sign):
        raise PremiseError(f'{text!r}: "points" are steps of a percentage, as in "churn -4 points"')
    if is_share and not unit:
        raise PremiseError(f'{text!r}: {name} is a percentage; write "percent", or "points" for a step')
    if unit == "percent" and not is_share and not sign:
        raise PremiseError(f"{text!r}: {name} is no percentage; write + or - before a relative change")


def compare(base: Premises, scenarios: Sequence[Scenario]) -> list[Compared]:
    """Each scenario beside *base*."""
    value = net_present_value(base)
    found = []
    for scenario in scenarios:
        try:
            changed = scenario.apply(base)
        except PremiseError as error:
            raise PremiseError(f"scenario {scenario.name!r}: {error}") from error
        total = net_present_value(changed)
        found.append(Compared(scenario.name, changed, total, total - value))
    return found


STANDARD = tuple(
    parse_scenario(text)
    for text in ("churn -4 points", "acquisition_cost -10 percent", "revenue +20 percent", "years +1")
)
"""The four questions that managers ask first."""


def standard(base: Premises) -> list[Scenario]:
    """Those of `STANDARD` that *base* allows: a churn of 2 % cannot fall by 4 points."""
    return [scenario for scenario in STANDARD if _fits(scenario, base)]


def _fits(scenario: Scenario, base: Premises) -> bool:
    try:
        scenario.apply(base)
    except PremiseError:
        return False
    return True
