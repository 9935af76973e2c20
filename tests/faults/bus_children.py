"""Processes to be killed by the tests beside: run as ``python bus_children.py ROLE BUS …``.

They tell what was acknowledged, and only after it was, as lines on standard output.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from shared.bus.port import Message
from shared.bus.sqlite import SqliteBus

SESSION_S = 1.0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def append(bus: SqliteBus, name: str) -> None:
    """Append batches of three for ever; say each batch's number once it is durable."""
    producer = bus.producer()
    number = 0
    while True:
        producer.send(
            "t", [Message(name, f"{name}:{number}:{part}".encode(), partition=part) for part in range(3)]
        )
        say(str(number))
        number += 1


class Teller:
    def assigned(self, partition: int, log_id: str, committed: int) -> None:
        say(f"assigned {partition} {committed}")

    def revoked(self, partition: int) -> None:
        say(f"revoked {partition}")

    def lost(self, partition: int) -> None:
        say(f"lost {partition}")


def consume(bus: SqliteBus, name: str) -> None:
    """Read and commit for ever; say each record once its commit is durable."""
    consumer = bus.consumer("t", "g", name, Teller())
    while True:
        batch = consumer.poll(5, 0.2)
        if batch is not None:
            consumer.commit(batch.partition, batch.next_offset)
            for record in batch.records:
                say(f"done {batch.partition} {record.offset}")


if __name__ == "__main__":
    role, path, name = sys.argv[1:]
    opened = SqliteBus(Path(path), session_timeout_s=SESSION_S)
    {"append": append, "consume": consume}[role](opened, name)
