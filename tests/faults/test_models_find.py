"""The machines of `test_models` find what they are there to find: each fault is planted in the product."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from services.notification.contacts import ContactState
from services.rules.processor import RulesProcessor
from shared.bus.sqlite_consumer import SqliteConsumer
from shared.bus.sqlite_producer import SqliteProducer
from shared.customer import measure as measuring
from shared.customer.state import CustomerState
from shared.flow import stage, work
from shared.flow.subject import Subject
from shared.policy.evaluation import evaluate as evaluating
from shared.policy.evaluation import lifecycle
from tests.faults.models.cap import CapMachine
from tests.faults.models.log import LogMachine
from tests.faults.models.scheduler import SchedulerMachine
from tests.faults.models.stage import StageMachine
from tests.faults.models.windows import WindowsMachine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SEARCH = settings(
    max_examples=1_000,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""The same thousand runs each time, so that a fault that is found is always found."""

Plant = Callable[[pytest.MonkeyPatch], None]


def a_commit_is_one_short(patch: pytest.MonkeyPatch) -> None:
    real = SqliteConsumer.commit
    patch.setattr(SqliteConsumer, "commit", lambda self, partition, at: real(self, partition, at - 1))


def what_is_sent_together_is_turned_round(patch: pytest.MonkeyPatch) -> None:
    real = SqliteProducer.send
    patch.setattr(SqliteProducer, "send", lambda self, topic, sent: real(self, topic, sent[::-1]))


def nothing_is_recovered(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(stage, "publish", lambda *_: None)


def writes_ahead_of_their_turn_are_taken_for_ours(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(work, "refuse_ahead", lambda *_: None)


def nothing_is_known_as_covered(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Subject, "covers", lambda *_: False)


def windows_begin_a_day_late(patch: pytest.MonkeyPatch) -> None:
    real = measuring.bisect_left
    patch.setattr(measuring, "bisect_left", lambda days, first: real(days, first + 1))


def a_window_is_not_looked_at_again(patch: pytest.MonkeyPatch) -> None:
    real = measuring.measure
    patch.setattr(measuring, "measure", lambda *at: replace(real(*at), next_change=None))


def stored_buckets_lose_their_last_day(patch: pytest.MonkeyPatch) -> None:
    real = CustomerState.to_document

    def forgetful(self: CustomerState) -> dict[str, Any]:
        document = real(self)
        return {**document, "series": [_without_its_last_day(buckets) for buckets in document["series"]]}

    patch.setattr(CustomerState, "to_document", forgetful)


def _without_its_last_day(buckets: list[list[Any]]) -> list[list[Any]]:
    return [column[:-1] for column in buckets] if buckets and len(buckets[0]) > 1 else buckets


def a_timer_is_lost(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(evaluating, "wake", lambda *_: None)


def _later(day: int | None) -> int | None:
    return None if day is None else day + 1


def a_due_day_is_a_day_late(patch: pytest.MonkeyPatch) -> None:
    real = RulesProcessor.due_day
    patch.setattr(RulesProcessor, "due_day", lambda self, case: _later(real(self, case)))


def frozen_days_count(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(lifecycle, "_thaw", lambda episode, _day: replace(episode, frozen_since=None))


def contacts_count_a_day_longer(patch: pytest.MonkeyPatch) -> None:
    real = ContactState.contacts_in
    patch.setattr(ContactState, "contacts_in", lambda self, days, on: real(self, days + 1, on))


@pytest.mark.parametrize(
    ("machine", "plant"),
    [
        (LogMachine, a_commit_is_one_short),
        (LogMachine, what_is_sent_together_is_turned_round),
        (StageMachine, nothing_is_recovered),
        (StageMachine, writes_ahead_of_their_turn_are_taken_for_ours),
        (StageMachine, nothing_is_known_as_covered),
        (WindowsMachine, windows_begin_a_day_late),
        (WindowsMachine, a_window_is_not_looked_at_again),
        (WindowsMachine, stored_buckets_lose_their_last_day),
        (SchedulerMachine, a_timer_is_lost),
        (SchedulerMachine, a_due_day_is_a_day_late),
        (SchedulerMachine, frozen_days_count),
        (CapMachine, contacts_count_a_day_longer),
    ],
)
def test_a_planted_fault_is_found(
    machine: type[RuleBasedStateMachine], plant: Plant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(machine, settings=SEARCH)
