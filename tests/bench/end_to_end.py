"""How many events a second the four services carry, from HTTP ingest to the last decision dealt with.

Starts ``guanxi up`` on a scratch home and posts real sales, dated today, in batches. Prints the rate by the
clock on the wall, and each service's processor time for an event: what they add up to says how many events
the cores would carry if nothing else ran on them.
"""

import argparse
import http.client
import os
import signal
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import orjson

from services.cli.running import require, running_services
from shared.bus.open import open_bus
from shared.bus.port import Bus
from shared.clock import SystemClock, to_rfc3339
from shared.contracts.topics import DECISIONS, EVENTS, SNAPSHOTS
from tests.bench.latency import start_guanxi, wait_until_ready
from tests.flow.pipeline.shop import retail_lines

FLOWS = ((EVENTS, "scoring"), (SNAPSHOTS, "rules"), (DECISIONS, "notification"))
TICKS_PER_S = os.sysconf("SC_CLK_TCK")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=20_000)
    parser.add_argument("--batch", type=int, default=100)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        up = start_guanxi(home, "up", "--any-ports")
        try:
            wait_until_ready(home)
            _measure(home, list(_bodies(arguments.events, arguments.batch)), arguments.events)
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(timeout=60)


def _bodies(events: int, batch: int) -> Iterator[bytes]:
    """The sales of each request; what differs from the recorded ones is that they all happened just now."""
    now = to_rfc3339(SystemClock().now())
    sales = [{**line, "time": now} for line in retail_lines(events)]
    for start in range(0, len(sales), batch):
        yield orjson.dumps(sales[start : start + batch])


def _measure(home: Path, bodies: list[bytes], events: int) -> None:
    key = start_guanxi(home, "keys", "create", "bench").communicate()[0].decode().strip()
    bus = open_bus(f"sqlite:///{home}/bus.db")
    spent, started = _processor_s(home), time.perf_counter()
    _post(require(home / "run", "ingest").url, key, bodies)
    accepted_s = time.perf_counter() - started
    _wait_until_done(bus)
    done_s = time.perf_counter() - started
    services = {name: seconds - spent[name] for name, seconds in _processor_s(home).items()}
    bus.close()
    print(f"{events:,} events: accepted at {events / accepted_s:,.0f}/s, ", end="")
    print(f"all dealt with at {events / done_s:,.0f}/s")
    for name, seconds in services.items():
        print(f"  {name:14}{seconds / events * 1e6:6.0f} µs of processor time an event")
    together = sum(services.values()) / events
    print(f"  {'together':14}{together * 1e6:6.0f} µs: two idle cores would carry {2 / together:,.0f}/s")


def _post(url: str, key: str, bodies: list[bytes]) -> None:
    connection = http.client.HTTPConnection(urlsplit(url).netloc)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    for body in bodies:
        connection.request("POST", "/v1/events", body, headers)
        answer = connection.getresponse()
        told = answer.read()
        if answer.status != 202:
            raise SystemExit(f"ingest answered {answer.status}: {told.decode()}")
    connection.close()


def _wait_until_done(bus: Bus) -> None:
    """Each topic is asked after the one before it is dealt with, so nothing can come behind."""
    for topic, group in FLOWS:
        while any(lag.records for lag in bus.group_lag(topic.name, group)):
            time.sleep(0.02)


def _processor_s(home: Path) -> dict[str, float]:
    """Processor seconds so far, by service."""
    return {each.member: _ticks(each.pid) / TICKS_PER_S for each in running_services(home / "run")}


def _ticks(pid: int) -> int:
    """User and system time of a process, as Linux counts them."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


if __name__ == "__main__":
    main()
