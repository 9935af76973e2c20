"""The pure parts of the Kafka adapter: whose turn it is, where a partition begins."""

import pytest

from shared.bus.kafka_start import Kept, Start
from shared.bus.kafka_turns import Turns
from shared.errors import OffsetOutOfRangeError

LOG = Kept("kafka://h: t", "log-2", first=10, end=20)


def test_partitions_take_turns_however_much_one_of_them_has() -> None:
    turns = Turns()
    turns.hold([0, 1, 2])
    turns.add({0: range(5), 2: range(100, 102), 9: range(3)})

    taken = [turns.take(2) for _ in range(6)]

    assert taken == [(0, [0, 1]), (2, [100, 101]), (0, [2, 3]), (0, [4]), None, None]
    assert turns.empty() == [1, 2, 0]


def test_what_is_given_up_is_not_handed_out() -> None:
    turns = Turns()
    turns.hold([0, 1])
    turns.add({0: range(5), 1: range(1)})
    turns.hold([1])

    assert turns.take(9) == (1, [0])
    assert turns.take(9) is None


@pytest.mark.parametrize("committed", [10, 15, 20])
def test_a_partition_begins_at_what_is_committed(committed: int) -> None:
    assert LOG.start(3, committed, "log-2") == Start(3, "log-2", committed)


def test_nothing_committed_begins_at_nought() -> None:
    assert LOG.start(3, -1, "") == Start(3, "log-2", 0)


@pytest.mark.parametrize(("committed", "counted_in"), [(9, "log-2"), (21, "log-2"), (15, "log-1")])
def test_a_committed_place_that_the_log_does_not_hold_stops_the_service(
    committed: int, counted_in: str
) -> None:
    with pytest.raises(OffsetOutOfRangeError, match="10 to 20 of log log-2"):
        LOG.start(3, committed, counted_in)
