"""What a publisher is told while the bus, the disk or the rules are away."""

from threading import Event, Thread

import pytest

from services.ingest.admission import Sender
from services.ingest.catalogue import CompiledCatalogue
from services.ingest.group_commit import GroupCommit
from services.ingest.inbound import Inbound
from services.ingest.intake import Intake
from services.ingest.release_source import CurrentCatalogue, NoCatalogueError
from shared.bus.port import Batch, Message, Record
from shared.bus.sqlite import SqliteBus
from shared.clock import SystemClock
from shared.contracts.cloudevents import CloudEvent, to_message
from shared.errors import BusFullError, BusUnavailableError, NoSpaceError
from shared.flow.dead_letters import DeadLetterPublisher


class Producer:
    """Fails as it is told to; else remembers what was appended together."""

    def __init__(self):
        self.error = None
        self.appends = []
        self.slow = Event()
        self.slow.set()

    def send(self, topic, messages):
        if not messages:
            return
        self.slow.wait(5)
        if self.error:
            raise self.error
        self.appends.append([message.key for message in messages])

    def close(self):
        """Nothing is open."""


@pytest.mark.parametrize(
    ("error", "status", "retry_after"),
    [(BusUnavailableError("no answer", retry_after_s=3), 503, "3"), (BusFullError("disk full"), 507, "1")],
)
def test_while_the_bus_does_not_acknowledge_nothing_is_accepted(
    ingest, monkeypatch, error, status, retry_after
):
    def fail(_self, _messages):
        raise error

    event = {
        "customer_id": "c", "source": "s", "id": "1", "type": "purchase", "time": "2010-01-04T07:45:00Z",
        "data": {"amount": 1},
    }  # fmt: skip
    with monkeypatch.context() as broken:
        broken.setattr(GroupCommit, "append", fail)
        found, answer, headers = ingest.post(event)
        assert (found, headers["Retry-After"], answer["code"]) == (status, retry_after, error.code)
    assert ingest.log() == []
    assert ingest.post(event)[0] == 202
    assert len(ingest.log()) == 1


def test_a_full_disk_is_told_and_passes_without_a_restart(tmp_path):
    """SQLite's own limit of pages stands for the disk."""
    bus = SqliteBus(tmp_path / "bus.db")
    bus.ensure_topic("t", 1)
    producer = bus.producer()
    commit = GroupCommit(producer, "t")
    commit.append([Message("k", b"x")])
    appender = producer._appenders["t"]
    connection = appender.log._connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(NoSpaceError):
        commit.append([Message("k", b"x" * 50_000)] * 100)
    kept = len(bus.read("t", 0, 0, 1000).records)
    connection.execute("PRAGMA max_page_count=1000000")
    commit.append([Message("k", b"y")])
    assert len(bus.read("t", 0, 0, 1000).records) == kept + 1
    bus.close()


def test_requests_that_wait_together_share_one_append_and_keep_their_own_order():
    producer = Producer()
    commit = GroupCommit(producer, "t")
    producer.slow.clear()
    threads = [
        Thread(target=commit.append, args=([Message(f"{number}a", b""), Message(f"{number}b", b"")],))
        for number in range(20)
    ]
    for thread in threads:
        thread.start()
    producer.slow.set()
    for thread in threads:
        thread.join(5)
    keys = [key for append in producer.appends for key in append]
    assert len(producer.appends) < 20
    assert sorted(keys) == sorted(f"{number}{part}" for number in range(20) for part in "ab")
    assert all(keys[at + 1] == key[:-1] + "b" for at, key in enumerate(keys) if key.endswith("a"))


def test_a_failed_append_is_told_to_every_request_in_it_and_forgotten_after():
    producer = Producer()
    commit = GroupCommit(producer, "t")
    producer.error = BusUnavailableError("away")
    with pytest.raises(BusUnavailableError):
        commit.append([Message("a", b"")])
    producer.error = None
    commit.append([Message("b", b"")])
    assert producer.appends == [["b"]]


def test_a_failure_that_nobody_expected_is_told_to_all_who_wait_together_and_holds_up_nobody_after():
    producer = Producer()
    commit = GroupCommit(producer, "t")
    producer.slow.clear()
    producer.error = ValueError("not foreseen")
    told = []

    def append():
        try:
            commit.append([Message("a", b"")])
        except ValueError as error:
            told.append(error)

    threads = [Thread(target=append, daemon=True) for _ in range(5)]
    for thread in threads:
        thread.start()
    producer.slow.set()
    for thread in threads:
        thread.join(5)
    assert len(told) == 5
    producer.error = None
    commit.append([Message("b", b"")])
    assert producer.appends == [["b"]]


def test_a_release_that_cannot_be_read_leaves_the_former_one_in_use(ingest):
    answers = [BusUnavailableError("away")]
    bundle = ingest.bundle

    def source():
        if answers:
            raise answers.pop()
        return bundle

    catalogue = CurrentCatalogue(source)
    with pytest.raises(NoCatalogueError):
        catalogue.current()
    first = catalogue.current()
    answers.append(BusUnavailableError("away again"))
    catalogue.refresh()
    assert catalogue.current() is first
    assert isinstance(first, CompiledCatalogue)


def test_without_any_rules_the_answer_is_503():
    def source():
        raise NoCatalogueError("the rule files have problems")

    producer = Producer()
    intake = Intake(
        CurrentCatalogue(source), GroupCommit(producer, "t"), SystemClock(), partitions=1, event_clock=False
    )
    with pytest.raises(NoCatalogueError, match="the rule files have problems"):
        intake.publish([{}], Sender())
    assert producer.appends == []


class Letters(DeadLetterPublisher):
    """A publisher of dead letters whose bus goes away once."""

    def __init__(self, producer):
        super().__init__(producer, "ingest", SystemClock())
        self.outages = 1

    def send(self, letters):
        if self.outages:
            self.outages -= 1
            raise BusUnavailableError("away")
        super().send(letters)


def test_an_inbound_batch_cut_off_half_way_is_repeated_and_loses_nothing(ingest):
    record = Record(0, "c", b"{not json", (), 0.0)
    good = to_message(CloudEvent("1", "s", "purchase", "c", "2010-01-04T07:45:00Z", {"amount": 1}))
    batch = Batch("guanxi.inbound", "log", 0, (record, Record(1, good.key, good.value, good.headers, 0.0)))
    producer = Producer()
    intake = Intake(
        CurrentCatalogue(lambda: ingest.bundle),
        GroupCommit(producer, "t"),
        SystemClock(),
        partitions=4,
        event_clock=False,
    )
    inbound = Inbound(intake.admission, producer, Letters(producer))
    with pytest.raises(BusUnavailableError):
        inbound.handle(batch)
    inbound.handle(batch)
    assert producer.appends == [["c"], ["c"], ["c"]]  # the event, the event again, the letter
