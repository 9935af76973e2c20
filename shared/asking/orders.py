"""Purchases from the memory of accepted events, and what rules set for a customer from when on."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from shared.asking.errors import MisaskedError
from shared.asking.lists import metric_of
from shared.asking.records import Records
from shared.customer.local_time import LocalTime
from shared.model.rules import ActionKind, Bundle, FactSource
from shared.model.values import Kind
from shared.policy.suggest import did_you_mean
from shared.store.collections import DECISIONS, HISTORY


class Paid(NamedTuple):
    """One purchase (*sign* +1) or return (-1); *amount* in the currency's main unit, never negative."""

    customer: str
    day: int
    amount: float
    sign: int


def ask_paid(installation: Records, metric: str | None, customer: str | None = None) -> Iterator[Paid]:
    """Every event, or every one of *customer*, that enters *metric*, else the sum over the longest window."""
    definition = metric_of(installation.bundle, metric)
    if definition.series is None:
        raise MisaskedError("expected a sum of amounts", "metric")
    terms = {event: (field, sign) for event, field, sign in definition.series.terms}
    scale = 10**installation.bundle.catalogue.minor_digits if definition.kind is Kind.AMOUNT else 1
    local = LocalTime(installation.bundle.catalogue.timezone)
    for event in installation.find(HISTORY, {"customer": customer} if customer else None):
        if event["type"] in terms:
            field, sign = terms[event["type"]]
            amount = (event["data"].get(field) or 0) if field else 0
            yield Paid(event["customer"], local.day_of(event["time"]), amount / scale, sign)


class Settings:
    """What rules set one fact to, by customer and day."""

    def __init__(self, changes: Mapping[str, list[tuple[str, int, str]]], initial: str) -> None:
        self._initial = initial
        self._days: dict[str, list[int]] = {}
        self._values: dict[str, list[str]] = {}
        for customer, found in changes.items():
            found.sort()
            self._days[customer] = [day for _, day, _ in found]
            self._values[customer] = [value for _, _, value in found]

    def on(self, customer: str, day: int) -> str:
        """The value at the close of local *day*."""
        at = bisect_right(self._days.get(customer, ()), day)
        return self._values[customer][at - 1] if at else self._initial


def ask_settings(installation: Records, fact: str) -> Settings:
    """Read what rules set *fact* to from their decisions; a fact that no rule sets is misuse."""
    bundle = installation.bundle
    changes: dict[str, list[tuple[str, int, str]]] = {}
    for rule in setters(bundle, _settable(bundle, fact)):
        for decision in installation.find(DECISIONS, {"rule": rule, "outcome": "fired"}):
            for action in decision["actions"] if decision["mode"] != "shadow" else ():
                if action["kind"] == ActionKind.SET.value and action["fields"].get("fact") == fact:
                    change = (decision["as_of"], decision["day"], str(action["fields"]["value"]))
                    changes.setdefault(decision["customer"], []).append(change)
    initial = bundle.facts[fact].initial
    return Settings(changes, "" if initial is None else str(initial))


def setters(bundle: Bundle, fact: str) -> list[str]:
    """The rules that set *fact*."""
    rules = (rule for policy in bundle.policies for rule in policy.rules)
    return [
        rule.id
        for rule in rules
        if any(each.kind is ActionKind.SET and each.fields["fact"] == fact for each in rule.actions)
    ]


def _settable(bundle: Bundle, fact: str) -> str:
    derived = [name for name, each in bundle.facts.items() if each.source is FactSource.POLICY]
    settable = sorted(name for name in derived if setters(bundle, name))
    if fact not in settable:
        hint = did_you_mean(fact, settable) or f"expected one of {', '.join(settable)}"
        raise MisaskedError(f"rules set no fact {fact!r}; {hint}", "by")
    return fact
