"""What the store knows of the premises of worth: two years of purchases, and who was in which group."""

from collections.abc import Mapping

import click

from services.cli.asking import metric_of
from services.cli.opened import Opened
from shared.customer.local_time import LocalTime
from shared.model.rules import ActionKind, Bundle, FactDef, FactSource
from shared.model.values import Kind
from shared.policy.suggest import did_you_mean
from shared.store.collections import DECISIONS, HISTORY
from shared.store.port import Document
from shared.worth.measured import YEAR, Bought, Measured, measure


def ask_measured(installation: Opened, metric: str | None, fact: str | None) -> list[Measured]:
    """Premises measured from every accepted event, by the group in which customers were a year ago."""
    bought = _bought(installation, metric)
    if fact is None:
        return measure(bought)
    groups = _groups(installation, _derived(installation.bundle, fact))
    start = _initial(installation.bundle, fact)
    return measure(bought, {customer: groups.get(customer, start) for customer in bought})


def _bought(installation: Opened, metric: str | None) -> Mapping[str, Bought]:
    definition = metric_of(installation.bundle, metric)
    if definition.series is None:
        raise click.BadParameter("expected a sum of amounts", param_hint="--metric")
    terms = {event: (field, sign) for event, field, sign in definition.series.terms}
    scale = 10**installation.bundle.catalogue.minor_digits if definition.kind is Kind.AMOUNT else 1
    local, today = LocalTime(installation.bundle.catalogue.timezone), installation.today() - 1
    found: dict[str, Bought] = {}
    for event in installation.find(HISTORY):
        if event["type"] in terms:
            field, sign = terms[event["type"]]
            amount = event["data"].get(field) if field else 0
            one = found.setdefault(event["customer"], Bought())
            one.add(local.day_of(event["time"]), today, (amount or 0) / scale, sign)
    return found


def _groups(installation: Opened, fact: FactDef) -> dict[str, str]:
    """The last value that rules set for each customer before the last year began."""
    start = installation.today() - 1 - YEAR
    latest: dict[str, tuple[str, str]] = {}
    for rule in _setters(installation.bundle, fact.name):
        for decision in installation.find(DECISIONS, {"rule": rule}):
            if decision["day"] <= start and decision["outcome"] == "fired" and decision["mode"] != "shadow":
                _keep(latest, decision, fact.name)
    return {customer: value for customer, (_, value) in latest.items()}


def _keep(latest: dict[str, tuple[str, str]], decision: Document, fact: str) -> None:
    customer, at = decision["customer"], decision["as_of"]
    for action in decision["actions"]:
        sets = action["kind"] == ActionKind.SET.value and action["fields"].get("fact") == fact
        if sets and at >= latest.get(customer, ("", ""))[0]:
            latest[customer] = (at, str(action["fields"]["value"]))


def _setters(bundle: Bundle, fact: str) -> list[str]:
    rules = (rule for policy in bundle.policies for rule in policy.rules)
    return [
        rule.id
        for rule in rules
        if any(each.kind is ActionKind.SET and each.fields["fact"] == fact for each in rule.actions)
    ]


def _derived(bundle: Bundle, fact: str) -> FactDef:
    known = {name: each for name, each in bundle.facts.items() if each.source is FactSource.POLICY}
    settable = [name for name in known if _setters(bundle, name)]
    if fact not in settable:
        hint = did_you_mean(fact, settable) or f"expected one of {', '.join(sorted(settable))}"
        raise click.BadParameter(f"rules set no fact {fact!r}; {hint}", param_hint="--by")
    return known[fact]


def _initial(bundle: Bundle, fact: str) -> str:
    initial = bundle.facts[fact].initial
    return "" if initial is None else str(initial)
