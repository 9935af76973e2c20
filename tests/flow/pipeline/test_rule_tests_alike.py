"""A customer under test lives as a customer of the services: the same events decide the same, day by day."""

from collections import defaultdict
from datetime import date

import pytest

from shared.contracts.cloudevents import CloudEvent
from shared.customer.local_time import LocalTime
from shared.policy.engine.registry import engine_named
from shared.policy.nodes import Span
from shared.policy.testing.model import Case, Given, Happening, Point, Suite
from shared.policy.testing.running import run_case
from shared.policy.testing.trial import Trial
from shared.store.collections import DECISIONS
from tests.flow.pipeline.conftest import Sold

HERE = Span("")
CUSTOMERS = 40
Act = tuple[int, str, str, str]  # day, rule, outcome, kind of action


def busiest(log: list[CloudEvent]) -> dict[str, list[CloudEvent]]:
    """The customers with the most events, and these."""
    by_customer: dict[str, list[CloudEvent]] = defaultdict(list)
    for event in log:
        if event.subject:
            by_customer[event.subject].append(event)
    ranked = sorted(by_customer, key=lambda name: (-len(by_customer[name]), name))
    return {name: by_customer[name] for name in ranked[:CUSTOMERS]}


def as_case(customer: str, events: list[CloudEvent], local: LocalTime, until: int) -> Case:
    """The customer's events as a timeline, looked at until local day *until*."""
    start = local.day_of(events[0].time)
    points = [
        Point(local.day_of(event.time) - start, HERE, events=(Happening(event.type, event.data),))
        for event in events
    ]
    return Case(customer, HERE, customer, Given(), (*points, Point(until - start, HERE)))


def acts_in(case: Case, now: str, trial: Trial) -> list[Act]:
    days = run_case(case, Suite("alike", "alike", now, (), (case,)), trial)
    decisions = [each for day in days for each in (*day.between, *day.decisions)]
    return sorted((d.day, d.rule, d.outcome, action.kind) for d in decisions for action in d.actions)


@pytest.mark.slow
def test_the_services_decide_what_a_test_of_the_same_events_shows(sold: Sold) -> None:
    trial = Trial.of(sold.shop.reader.bundle(sold.shop.reader.active().digest), (), engine_named("python"))
    closed = max(date.fromisoformat(event.data["day"]) for event in sold.log if not event.subject).toordinal()
    recorded: dict[str, list[Act]] = defaultdict(list)
    for each in sold.shop.everything(DECISIONS):
        acts = [(each["day"], each["rule"], each["outcome"], action["kind"]) for action in each["actions"]]
        recorded[each["customer"]] += acts if each["day"] <= closed else []

    for customer, events in busiest(sold.log).items():
        kept = [event for event in events if trial.local_time.day_of(event.time) <= closed]
        case = as_case(customer, kept, trial.local_time, closed)
        assert acts_in(case, kept[0].time, trial) == sorted(recorded[customer]), customer
        assert recorded[customer]
