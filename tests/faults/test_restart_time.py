"""R18: a service that was killed is ready as soon with a long log behind it as with a short one."""

import signal
from pathlib import Path

import pytest

from shared.bus.port import Message
from shared.contracts.topics import ALL, EVENTS
from tests.faults.conftest import Figures
from tests.faults.installation import PARTITIONS, PATIENCE_S, Installation, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

TICKS_PER_S = 100
SHORT = 10_000


class Committing:
    """A member of scoring's group that says all of the log is done."""

    def __init__(self) -> None:
        self.held: set[int] = set()

    def assigned(self, partition: int, log_id: str, committed: int) -> None:
        self.held.add(partition)

    def revoked(self, partition: int) -> None:
        """Nothing is kept."""

    def lost(self, partition: int) -> None:
        """Nothing is kept."""


def lengthen(installation: Installation, records: int) -> None:
    """Append *records* that scoring has dealt with already."""
    for topic in ALL:
        installation.bus.ensure_topic(topic.name, PARTITIONS)
    producer = installation.bus.producer()
    for start in range(0, records, 2_000):
        each = [Message("c", b"x" * 300, (), at % PARTITIONS) for at in range(start, start + 2_000)]
        producer.send(EVENTS.name, each)
    producer.close()
    listener = Committing()
    consumer = installation.bus.consumer(EVENTS.name, "scoring", "committer", listener)
    until(lambda: (consumer.poll(1, 0.2), len(listener.held) == PARTITIONS)[1], PATIENCE_S)
    for lag in installation.bus.group_lag(EVENTS.name, "scoring"):
        consumer.commit(lag.partition, lag.end)
    consumer.close()


def cpu_s_until_ready(installation: Installation) -> float:
    """What a start costs the processor until scoring is ready; the clock of a busy machine says less."""
    process = installation.serve("scoring")
    until(lambda: installation.is_ready("scoring"), PATIENCE_S)
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    installation.end("scoring", signal.SIGKILL)
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_S


@pytest.mark.parametrize("longer", [100_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_a_start_reads_no_more_of_a_long_log_than_of_a_short_one(
    installation: Installation, figures: Figures, longer: int
) -> None:
    lengthen(installation, SHORT)
    cpu_s_until_ready(installation)
    short = min(cpu_s_until_ready(installation) for _ in range(3))
    lengthen(installation, longer - SHORT)
    long = min(cpu_s_until_ready(installation) for _ in range(3))
    figures(
        fault=f"R18 start: {short:.2f} s of CPU after {SHORT} events, {long:.2f} s after {longer}",
        backend=installation.backend.name,
        events=longer,
    )
    assert long < short * 1.5 + 0.2, (short, long)
