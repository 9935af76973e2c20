"""How long it takes from an accepted event to its first decision, through real services at a steady rate.

Starts ``guanxi up`` on a scratch home; every event is a first purchase, so that every event leads to a
decision. Prints the median and the 99th percentile.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from statistics import quantiles
from threading import Thread

from services.cli.running import require, running_services
from shared.bus.open import open_bus
from shared.clock import SystemClock, to_rfc3339
from shared.config import SERVICES
from shared.contracts.topics import DECISIONS

ROOT = Path(__file__).parents[2]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=100, help="events a second")
    parser.add_argument("--seconds", type=int, default=20)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        up = start_guanxi(home, "up", "--any-ports")
        try:
            wait_until_ready(home)
            waits = _measure(home, arguments.rate, arguments.rate * arguments.seconds)
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(timeout=60)
    cuts = quantiles(waits, n=100)
    print(f"{len(waits):,} events at {arguments.rate}/s: median {cuts[49] * 1e3:.0f} ms, ", end="")
    print(f"99th percentile {cuts[98] * 1e3:.0f} ms, longest {max(waits) * 1e3:.0f} ms")


def start_guanxi(home: Path, *arguments: str) -> "subprocess.Popen[bytes]":
    """Run a ``guanxi`` command on *home*."""
    command = [sys.executable, "-m", "services", *arguments, "--home", str(home)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def wait_until_ready(home: Path) -> None:
    """Return once every service of *home* says it is ready."""
    while {each.service for each in running_services(home / "run")} != set(SERVICES):
        time.sleep(0.1)


def _measure(home: Path, rate: int, count: int) -> list[float]:
    made = start_guanxi(home, "keys", "create", "bench").communicate()[0]
    sent: dict[str, float] = {}
    decided: dict[str, float] = {}
    reader = Thread(target=_watch, args=(home, decided, count), daemon=True)
    reader.start()
    url, now = f"{require(home / 'run', 'ingest').url}/v1/events", to_rfc3339(SystemClock().now())
    started = time.perf_counter()
    for number in range(count):
        time.sleep(max(0.0, started + number / rate - time.perf_counter()))
        customer = f"c{number}"
        event = {
            "customer_id": customer, "source": "bench", "id": str(number), "type": "purchase",
            "time": now, "data": {"amount": 5000.0},
        }  # fmt: skip
        headers = {"Authorization": f"Bearer {made.decode().strip()}", "Content-Type": "application/json"}
        urllib.request.urlopen(urllib.request.Request(url, json.dumps(event).encode(), headers)).close()
        sent[customer] = time.perf_counter()
    reader.join(timeout=60)
    return [decided[customer] - at for customer, at in sent.items() if customer in decided]


def _watch(home: Path, decided: dict[str, float], count: int) -> None:
    """Note when the first decision on each customer can be read."""
    bus = open_bus(f"sqlite:///{home}/bus.db")
    offsets = dict.fromkeys(range(bus.partitions(DECISIONS.name)), 0)
    while len(decided) < count:
        for partition in offsets:
            if (batch := bus.read(DECISIONS.name, partition, offsets[partition], 500)) is not None:
                offsets[partition] = batch.next_offset
                for record in batch.records:
                    if record.key:
                        decided.setdefault(record.key, time.perf_counter())
        time.sleep(0.001)
    bus.close()


if __name__ == "__main__":
    main()
