"""The effectively-once stage against plain sums: what was sold, and that every number was told in order."""

from collections import defaultdict
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared.contracts.topics import EventTypes
from shared.store.port import Collection, Replacement
from tests.faults.models.scratch import scratch
from tests.unit.flow_stage.house import Cut, House, event, marker


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
        self.directory = scratch()
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

    @rule(most=st.integers(2, 12), fewer=st.integers(1, 4), write=st.integers(1, 2))
    def be_overtaken(self, most: int, fewer: int, write: int) -> None:
        self.house.be_overtaken(most, fewer, write)
        self.tear()

    @rule()
    def rewind(self) -> None:
        self.house.committed = 0
        self.house.restart()
        self.tear()

    def teardown(self) -> None:
        try:
            self.compare()
        finally:
            self.house.close()
            self.directory.cleanup()

    def compare(self) -> None:
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
