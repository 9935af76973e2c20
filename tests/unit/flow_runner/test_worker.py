"""A worker process as it starts, serves and stops: its parts stand and fall together."""

import json
import signal
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from flask_smorest import Blueprint

from shared.bus.partitioning import partition_for
from shared.clock import SystemClock
from shared.config import Config, load_config
from shared.contracts.cloudevents import to_message
from shared.contracts.topics import DEAD_LETTERS, EVENTS, SNAPSHOTS
from shared.errors import StopError
from shared.flow.dead_letters import from_record
from shared.flow.state import WorkerState
from shared.flow.worker import Flow, Worker
from shared.http.access import public
from tests.unit.flow_stage.house import event
from tests.unit.flow_stage.tally import MEMORIES, SEEN, TALLIES, TallyProcessor

FLOW = Flow(EVENTS, SNAPSHOTS, TALLIES, MEMORIES)


@pytest.fixture
def config(tmp_path: Path) -> Config:
    ports = {f"GUANXI_{name}_PORT": "0" for name in ("INGEST", "SCORING", "RULES", "NOTIFICATION")}
    return load_config({"GUANXI_HOME": str(tmp_path), "GUANXI_PARTITIONS": "2", **ports})


@pytest.fixture
def new_worker(config: Config) -> Iterator[Callable[[], Worker]]:
    """Opens workers; the signal handlers they install are taken back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    opened: list[Worker] = []

    def new() -> Worker:
        opened.append(Worker(config, "scoring"))
        return opened[-1]

    yield new
    for worker in opened:
        worker.close()
    for number, handler in before.items():
        signal.signal(number, handler)


def routes(state: WorkerState) -> Blueprint:
    blueprint = Blueprint("tally", __name__, url_prefix="/v1")

    @blueprint.get("/status")
    @blueprint.response(200)
    @public
    def status() -> dict[str, Any]:
        return state.told()

    return blueprint


def serve(worker: Worker) -> int:
    runner = worker.runner(TallyProcessor(worker.collection(SEEN)), FLOW)
    return worker.serve(runner, worker.app(runner, routes))


def asked(config: Config, path: str) -> tuple[int, Any]:
    told = json.loads(config.run_file("scoring").read_text())
    try:
        with urllib.request.urlopen(f"http://{told['host']}:{told['port']}{path}", timeout=5) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def until(holds: Callable[[], object]) -> None:
    clock = SystemClock()
    end = clock.monotonic() + 20
    while not holds():
        assert clock.monotonic() < end, "waited in vain"
        clock.sleep(0.02)


def test_it_says_where_it_is_works_and_stops_in_order(
    config: Config, new_worker: Callable[[], Worker]
) -> None:
    worker = new_worker()
    worker.producer.send(EVENTS.name, [to_message(event("a", 1, 0, 5)), to_message(event("b", 2, 0, 7))])
    seen: list[Any] = []

    def look() -> None:
        until(lambda: config.run_file("scoring").exists() and asked(config, "/readyz")[0] == 200)
        until(lambda: asked(config, "/v1/status")[1]["processed"] == 2)
        seen.append(asked(config, "/v1/status")[1])
        worker.stop.set()

    thread = Thread(target=look)
    thread.start()
    assert serve(worker) == 0
    thread.join()
    assert seen[0]["partitions"] == [0, 1]
    assert not config.run_file("scoring").exists()


def test_it_is_not_ready_and_says_why_before_it_has_its_partitions(
    config: Config, new_worker: Callable[[], Worker]
) -> None:
    worker = new_worker()
    runner = worker.runner(TallyProcessor(worker.collection(SEEN)), FLOW)
    answer = worker.app(runner, routes).test_client().get("/readyz")
    assert answer.status_code == 503
    [reason] = answer.get_json()["errors"]
    assert (reason["code"], reason["detail"]) == ("worker", "scoring waits for its first partitions")


def test_it_is_no_longer_ready_once_it_is_asked_to_stop(new_worker: Callable[[], Worker]) -> None:
    worker = new_worker()
    client = worker.app(worker.runner(TallyProcessor(worker.collection(SEEN)), FLOW), routes).test_client()
    worker.stop.set()
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert {"code": "stopping", "detail": "scoring is stopping"} in answer.get_json()["errors"]


def test_when_a_part_fails_the_whole_service_stops_with_an_error(
    config: Config, new_worker: Callable[[], Worker]
) -> None:
    worker = new_worker()
    stopped = Event()

    def fails(_stop: Event) -> None:
        raise ValueError("a fault in the code")

    def goes_on(stop: Event) -> None:
        stop.wait(30)
        stopped.set()

    worker.in_background("clock", fails)
    worker.in_background("watcher", goes_on)
    assert serve(worker) == 1
    assert stopped.is_set()
    assert not config.run_file("scoring").exists()


def test_past_the_limit_of_dead_letters_the_service_stops_and_takes_its_parts_with_it(
    config: Config, new_worker: Callable[[], Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.flow.worker.DEAD_LETTER_LIMIT", 1)
    worker = new_worker()
    poison = [to_message(event("a", number, 0, "poison")) for number in range(2)]
    worker.producer.send(EVENTS.name, poison)
    with pytest.raises(StopError, match="not the data"):
        serve(worker)
    assert worker.stop.is_set()
    assert not config.run_file("scoring").exists()


def test_what_is_set_aside_lies_on_the_dead_letter_topic_with_the_reason(
    config: Config, new_worker: Callable[[], Worker]
) -> None:
    worker = new_worker()
    poison = to_message(event("a", 1, 0, "poison"))
    worker.producer.send(EVENTS.name, [poison, to_message(event("a", 2, 0, 3))])
    looking = new_worker()

    def letters() -> list[Any]:
        batches = [looking.bus.read(DEAD_LETTERS.name, number, 0, 10) for number in range(2)]
        return [from_record(record) for batch in batches if batch for record in batch.records]

    def look() -> None:
        until(letters)
        worker.stop.set()

    thread = Thread(target=look)
    thread.start()
    serve(worker)
    thread.join()
    [letter] = letters()
    assert (letter.original.key, letter.original.value) == ("a", poison.value)
    assert letter.original.headers == poison.headers
    assert (letter.reason, letter.attempts, letter.service) == ("poison", 3, "scoring")
    assert (letter.topic, letter.partition, letter.offset) == (EVENTS.name, partition_for("a", 2), 0)
