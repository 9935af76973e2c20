"""R28: log, stage and contact cap against naive models, in any order of steps that Hypothesis thinks of.

``GUANXI_TEST_EXAMPLES`` says how many runs of each machine; `make faults` asks for a thousand.
"""

import os
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.notification.contacts import Contact, ContactRecord, ContactState
from services.notification.limits import Limits
from shared.bus.port import Consumer, Message
from shared.bus.sqlite import SqliteBus
from shared.contracts.topics import EventTypes
from shared.model.rules import NotificationPlan
from shared.store.port import Collection, Replacement
from tests.unit.flow_stage.house import Cut, House, event, marker

EXAMPLES = int(os.environ.get("GUANXI_TEST_EXAMPLES", "25"))
pytestmark = pytest.mark.timeout(3_600)

MACHINE = settings(
    max_examples=EXAMPLES, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)


class LogMachine(RuleBasedStateMachine):
    """Producers append, members of one group read, commit, are killed and come back."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = tempfile.TemporaryDirectory()
        self.bus = SqliteBus(Path(self.directory.name) / "bus.db")
        self.bus.ensure_topic("t", 2)
        self.producer = self.bus.producer()
        self.log: dict[int, list[bytes]] = {0: [], 1: []}
        self.committed = {0: 0, 1: 0}
        self.next = {0: 0, 1: 0}
        self.consumer: Consumer = self.join()

    def join(self) -> Consumer:
        self.next = dict(self.committed)
        return self.bus.consumer("t", "g", "m", self)

    def assigned(self, partition: int, log_id: str, committed: int) -> None:
        assert committed == self.committed[partition], "what was committed is where it goes on"

    def revoked(self, partition: int) -> None:
        """In order, when it leaves."""

    def lost(self, partition: int) -> None:
        raise AssertionError("nobody takes anything from the only member")

    @rule(values=st.lists(st.tuples(st.integers(0, 1), st.binary(max_size=9)), max_size=6))
    def append(self, values: list[tuple[int, bytes]]) -> None:
        self.producer.send("t", [Message("k", value, (), partition) for partition, value in values])
        for partition, value in values:
            self.log[partition].append(value)

    @rule(most=st.integers(1, 5), commits=st.booleans())
    def poll(self, most: int, commits: bool) -> None:
        batch = self.consumer.poll(most, 0.0)
        if batch is None:
            assert self.next == {partition: len(kept) for partition, kept in self.log.items()}
            return
        at = self.next[batch.partition]
        assert [r.offset for r in batch.records] == list(range(at, at + len(batch.records)))
        assert [r.value for r in batch.records] == self.log[batch.partition][at : at + most]
        self.next[batch.partition] = batch.next_offset
        if commits:
            self.consumer.commit(batch.partition, batch.next_offset)
            self.committed[batch.partition] = batch.next_offset

    @rule()
    def leave_and_come_back(self) -> None:
        self.consumer.close()
        self.consumer = self.join()

    @rule()
    def be_replaced_as_after_a_kill(self) -> None:
        killed, self.consumer = self.consumer, self.join()
        killed._log.close()  # type: ignore[attr-defined]
        killed._connection.close()  # type: ignore[attr-defined]

    @invariant()
    def lag_is_what_is_not_committed(self) -> None:
        lags = {lag.partition: lag.records for lag in self.bus.group_lag("t", "g")}
        assert lags == {p: len(kept) - self.committed[p] for p, kept in self.log.items()}

    def teardown(self) -> None:
        self.consumer.close()
        self.producer.close()
        self.bus.close()
        self.directory.cleanup()


class Torn:
    """A collection whose writes of many documents stop half way, as a killed server's or network's do."""

    def __init__(self, whole: Collection) -> None:
        self._whole = whole
        self.survivors: int | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._whole, name)

    def replace(self, replacements: list[Replacement]) -> set[str]:
        if self.survivors is None or len(replacements) <= self.survivors:
            return self._whole.replace(replacements)
        kept, self.survivors = replacements[: self.survivors], None
        self._whole.replace(kept)
        raise Cut


class StageMachine(RuleBasedStateMachine):
    """Events, repeats, days and rewinds, with cuts anywhere and writes and publications torn in half."""

    @initialize()
    def begin(self) -> None:
        self.directory = tempfile.TemporaryDirectory()
        self.house = House(Path(self.directory.name))
        self.tear()
        self.number = self.day = 0
        self.sent: list[Any] = []
        self.totals: dict[str, int] = defaultdict(int)

    def tear(self) -> None:
        ports = self.house.stage.ports
        self.torn = Torn(ports.documents)
        object.__setattr__(ports, "documents", self.torn)

    @rule(customer=st.sampled_from("abc"), amount=st.integers(1, 9))
    def sell(self, customer: str, amount: int) -> None:
        self.number += 1
        self.sent.append(event(customer, self.number, self.day, amount))
        self.totals[customer] += amount
        self.house.append([self.sent[-1]])

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        if self.sent:
            self.house.append([data.draw(st.sampled_from(self.sent))])

    @rule()
    def close_the_day(self) -> None:
        self.house.append([marker(self.day)])
        self.day += 1

    @rule(survivors=st.integers(0, 2), sizes=st.lists(st.integers(1, 9), min_size=1, max_size=3))
    def work_with_a_torn_write(self, survivors: int, sizes: list[int]) -> None:
        self.torn.survivors = survivors
        self.house.work(sizes)
        self.tear()

    @rule(
        cuts=st.lists(st.integers(1, 9), max_size=3),
        sizes=st.lists(st.integers(1, 9), min_size=1, max_size=3),
    )
    def work_with_cuts(self, cuts: list[int], sizes: list[int]) -> None:
        self.house.cuts = cuts
        self.house.work(sizes)
        self.house.cuts = []
        self.tear()

    @rule()
    def rewind(self) -> None:
        self.house.committed = 0
        self.house.restart()
        self.tear()

    def teardown(self) -> None:
        self.house.cuts = []
        self.house.work([50])
        assert {row["_id"]: row["total"] for row in self.house.documents()} == dict(self.totals)
        told: dict[str, dict[int, Any]] = defaultdict(dict)
        for message in self.house.published():
            if message.type != EventTypes.DAY_CLOSED:
                number = int(message.extensions["sequence"])
                assert told[message.subject].setdefault(number, message.data) == message.data
                assert number <= max(told[message.subject]), "first seen in order"
        for row in self.house.documents():
            assert sorted(told[row["_id"]]) == list(range(1, row["sequence"] + 1)), "no number is missing"
        self.house.close()
        self.directory.cleanup()


class CapMachine(RuleBasedStateMachine):
    """Contacts by decisions whose days only rise, against a plain list of the days on which one was made."""

    cap, window = 2, 30

    def __init__(self) -> None:
        super().__init__()
        self.record = ContactRecord()
        self.made: list[int] = []
        self.day = 733_000

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.day += days

    @rule()
    def contact(self) -> None:
        plan = NotificationPlan(contact_cap=(self.cap, self.window))
        decision: Any = type("OnlyDay", (), {"day": self.day})()
        limits = Limits(plan, decision, ContactState(contacts=self.record.contacts), "UTC")
        allowed = sum(self.day - self.window < day <= self.day for day in self.made) < self.cap
        assert (limits.on_contact() is None) == allowed
        if allowed:
            self.made.append(self.day)
            self.record.remember((Contact(self.day, f"{len(self.made)}"),), (), "", self.day)


TestLog = LogMachine.TestCase
TestStage = StageMachine.TestCase
TestCap = CapMachine.TestCase
TestLog.settings = TestStage.settings = TestCap.settings = MACHINE
