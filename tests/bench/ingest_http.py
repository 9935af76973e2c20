"""How many events a second ingest takes over HTTP, durable: in batches and one by one.

Run it by hand: ``python tests/bench/ingest_http.py [seconds]``. Server and clients are processes of their
own. Beside it stands the ceiling of the same run: appending the same messages to the log directly.
"""

import http.client
import multiprocessing
import os
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from threading import Thread

import orjson

from services.ingest.admission import Admission, Sender
from services.ingest.catalogue import CompiledCatalogue
from services.ingest.keys import ApiKeys
from services.ingest.service import serve
from shared.bus.open import open_bus
from shared.clock import SystemClock
from shared.config import Config, load_config
from shared.contracts.cloudevents import BATCH_TYPE
from shared.http.keys import Scope
from shared.lifecycle import stop_on_signals
from shared.model.catalogue import Catalogue, EventType, FieldDef
from shared.model.rules import Bundle, NotificationPlan
from shared.model.values import Kind
from shared.store.collections import API_KEYS
from shared.store.open import open_store

BATCH = 100
KINDS = {"amount": Kind.AMOUNT, "quantity": Kind.INTEGER, "lines": Kind.INTEGER, "country": Kind.TEXT}
PURCHASE = EventType("purchase", {}, {name: FieldDef(name, kind, {}) for name, kind in KINDS.items()})
CATALOGUE = Catalogue({"purchase": PURCHASE}, {}, {}, (), currency="GBP")


def event(number: int) -> dict[str, object]:
    """A purchase as an order system sends it."""
    return {
        "specversion": "1.0", "id": f"order-{number}", "source": "bench", "type": "purchase",
        "subject": f"c{number % 10_000}", "time": "2010-01-04T07:45:00Z",
        "datacontenttype": "application/json",
        "data": {"amount": 505.3, "quantity": 166, "lines": 8, "country": "United Kingdom"},
    }  # fmt: skip


def main(seconds: float) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as home:
        environ = {"GUANXI_HOME": home, "GUANXI_INGEST_PORT": "0"}
        config = load_config(environ)
        store = open_store(config.store_url)
        keys = ApiKeys(store.collection(API_KEYS), config.secret, SystemClock())
        key = keys.create("bench", [Scope.EVENTS_WRITE])
        store.close()
        server = _forked(config)
        try:
            port = _port(config)
            ceiling = _append_directly(config, seconds)
            batches = _load(port, key.token, seconds, clients=2, batch=BATCH)
            singles = {
                clients: _load(port, key.token, seconds, clients=clients, batch=1) for clients in (1, 8, 32)
            }
        finally:
            os.kill(server, signal.SIGTERM)
            os.waitpid(server, 0)
    print(f"append directly, {BATCH} at once   {ceiling:10,.0f} events/s   (ceiling)")
    print(f"HTTP, batches of {BATCH}           {_told(batches)}")
    for clients, times in singles.items():
        print(f"HTTP, single, {clients:3} clients       {_told(times)}")


def _forked(config: Config) -> int:
    pid = os.fork()
    if pid == 0:
        bundle = Bundle("bench", "b" * 64, CATALOGUE, {}, (), NotificationPlan())
        os._exit(serve(config, stop_on_signals(), bundles=lambda: bundle))
    return pid


def _port(config: Config) -> int:
    run_file = config.run_file("ingest")
    while not run_file.exists():
        time.sleep(0.05)
    time.sleep(0.5)
    return int(orjson.loads(run_file.read_bytes())["port"])


def _append_directly(config: Config, seconds: float) -> float:
    admission = Admission(CompiledCatalogue(CATALOGUE), SystemClock(), partitions=4, event_clock=False)
    messages = [admission.judge(event(number), Sender()).messages[0] for number in range(BATCH)]
    bus = open_bus(config.bus_url)
    bus.ensure_topic("bench", 4)
    producer, count, started = bus.producer(), 0, time.perf_counter()
    while time.perf_counter() - started < seconds / 2:
        producer.send("bench", messages)
        count += BATCH
    rate = count / (time.perf_counter() - started)
    bus.close()
    return rate


def _load(port: int, key: str, seconds: float, *, clients: int, batch: int) -> tuple[float, list[float]]:
    """Return events a second and each request's time, from two processes of clients."""
    receive, send = multiprocessing.Pipe(duplex=False)
    processes = [
        multiprocessing.Process(
            target=_clients, args=(send, port, key, seconds, max(1, clients // 2), batch, number)
        )
        for number in range(min(2, clients))
    ]
    for process in processes:
        process.start()
    times = [taken for _ in processes for taken in receive.recv()]
    for process in processes:
        process.join()
    return len(times) * batch / seconds, times


def _clients(send, port: int, key: str, seconds: float, threads: int, batch: int, salt: int) -> None:
    times: list[float] = []
    working = [
        Thread(target=_client, args=(times, port, key, seconds, batch, salt * 1000 + number))
        for number in range(threads)
    ]
    for thread in working:
        thread.start()
    for thread in working:
        thread.join()
    send.send(times)


def _client(times: list[float], port: int, key: str, seconds: float, batch: int, salt: int) -> None:
    headers = {"Content-Type": BATCH_TYPE, "Authorization": f"Bearer {key}"}
    connection = http.client.HTTPConnection("127.0.0.1", port)
    until = time.perf_counter() + seconds
    for body in _bodies(batch, salt):
        started = time.perf_counter()
        if started > until:
            return
        connection.request("POST", "/v1/events", body, headers)
        response = connection.getresponse()
        response.read()
        assert response.status == 202, response.status
        times.append(time.perf_counter() - started)


def _bodies(batch: int, salt: int) -> Iterator[bytes]:
    number = salt * 10_000_000
    while True:
        yield orjson.dumps([event(number + each) for each in range(batch)])
        number += batch


def _told(measured: tuple[float, list[float]]) -> str:
    rate, times = measured
    cuts: Mapping[int, float] = dict(enumerate(statistics.quantiles(times, n=100), start=1))
    return f"{rate:10,.0f} events/s   p50 {cuts[50] * 1e3:6.1f} ms   p99 {cuts[99] * 1e3:6.1f} ms"


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 5.0)
