"""The log and one group of readers against plain lists."""

from pathlib import Path

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from shared.bus.port import Consumer, Message
from shared.bus.sqlite import SqliteBus
from tests.faults.models.scratch import scratch


class LogMachine(RuleBasedStateMachine):
    """Producers append, members of one group read, commit, are killed and come back."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = scratch()
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
