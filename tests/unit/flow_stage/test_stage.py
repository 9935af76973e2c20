"""The stage keeps its promise wherever it is cut off: nothing lost, nothing doubled, order kept."""

import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.cloudevents import CloudEvent
from shared.contracts.topics import EventTypes
from shared.flow.decoding import decoded
from shared.flow.poison import PoisonError
from shared.flow.work import StaleError
from shared.store.port import Page, Query, Replacement
from tests.unit.flow_stage.house import House, activation, event, marker
from tests.unit.flow_stage.tally import TALLIES


@contextmanager
def house(**options: object) -> Iterator[House]:
    with tempfile.TemporaryDirectory() as directory:
        opened = House(Path(directory), **options)  # type: ignore[arg-type]
        try:
            yield opened
        finally:
            opened.close()


def once(published: list[CloudEvent]) -> dict[str, list[tuple[str, object]]]:
    """What a consumer that drops covered sequence numbers gets of each customer."""
    seen: dict[str, int] = defaultdict(int)
    kept: dict[str, list[tuple[str, object]]] = defaultdict(list)
    for message in published:
        if message.type == EventTypes.DAY_CLOSED:
            continue
        sequence = int(message.extensions["sequence"])
        assert sequence <= seen[message.subject] + 1, "a number was skipped: a message is lost"
        if sequence == seen[message.subject] + 1:
            seen[message.subject] = sequence
            kept[message.subject].append((message.type, message.data))
    return dict(kept)


@st.composite
def histories(draw: st.DrawFn) -> list[CloudEvent]:
    """Events of some customers over some days, with markers, repeats and activations between."""
    log: list[CloudEvent] = []
    number = 0
    for day in range(draw(st.integers(1, 8))):
        for customer in draw(st.lists(st.sampled_from("abc"), max_size=3)):
            number += 1
            log.append(event(customer, number, day, draw(st.integers(1, 9))))
            if draw(st.booleans()):
                log.append(log[draw(st.integers(0, len(log) - 1))])
        if draw(st.integers(0, 5)) == 0:
            log.append(activation(draw(st.integers(2, 4))))
        log.append(marker(day))
    return log


@pytest.mark.slow
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    history=histories(),
    cuts=st.lists(st.integers(1, 25), max_size=6),
    sizes=st.lists(st.integers(1, 12), min_size=1, max_size=4),
    page=st.sampled_from([1, 2, 2_000]),
)
def test_cutting_it_off_anywhere_changes_no_state_and_no_message(
    history: list[CloudEvent], cuts: list[int], sizes: list[int], page: int
) -> None:
    with house() as calm, house(cuts=list(cuts), page=page) as rough:
        for each in (calm, rough):
            each.append(history)
        calm.work([1])
        rough.work(sizes)
        assert rough.documents() == calm.documents()
        assert once(rough.published()) == once(calm.published())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(history=histories(), cuts=st.lists(st.integers(1, 25), max_size=6))
def test_a_day_marker_is_passed_on_after_all_that_led_up_to_it(
    history: list[CloudEvent], cuts: list[int]
) -> None:
    with house(cuts=list(cuts), page=2) as rough:
        rough.append(history)
        rough.work([5])
        closed = ""
        first_seen: set[str] = set()
        for message in rough.published():
            if message.type == EventTypes.DAY_CLOSED:
                closed = max(closed, str(message.data["day"]))
            elif message.type == "tally.silent" and message.id not in first_seen:
                first_seen.add(message.id)
                assert closed <= _iso(message.data["day"]), "the marker overtook its own day"


def _iso(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def test_reading_the_whole_log_again_changes_nothing() -> None:
    with house() as opened:
        opened.append([event("a", 1, 0), event("b", 2, 0), marker(0), event("a", 3, 1), marker(5)])
        opened.work([2])
        before = (opened.documents(), once(opened.published()))
        opened.committed = 0
        opened.restart()
        opened.work([3])
        assert (opened.documents(), once(opened.published())) == before


def test_the_same_event_sent_again_later_is_counted_as_a_duplicate() -> None:
    with house() as opened:
        opened.append([event("a", 1, 0, 5), event("a", 1, 0, 5)])
        opened.work([1])
        assert [row["total"] for row in opened.documents()] == [5]


def test_a_document_written_by_another_process_is_never_overwritten() -> None:
    with house() as opened:
        opened.append([event("a", 1, 0, 5)])
        opened.work([1])
        tallies = opened.store.collection(TALLIES)
        other = tallies.get_many(["a"])["a"]
        tallies.replace([Replacement({**other.document, "total": 50}, other.version)])
        opened.append([event("a", 2, 0, 7)])
        batch = opened.bus.read("in", 0, 1, 10)
        assert batch is not None
        inputs = [decoded(record) for record in batch.records]
        with pytest.raises(StaleError):
            opened.stage.handle(batch, inputs)
        assert len(opened.published()) == 1, "nothing may be published for a document that was not saved"
        opened.stage.recover(0, batch.log_id, 1)
        opened.stage.handle(batch, inputs)
        assert [row["total"] for row in opened.documents()] == [57]


def test_poison_is_named_by_its_offset_and_the_rest_can_go_on() -> None:
    with house() as opened:
        opened.append([event("a", 1, 0, 5), event("a", 2, 0, "poison"), event("a", 3, 0, 2)])
        batch = opened.bus.read("in", 0, 0, 10)
        assert batch is not None
        inputs = [decoded(record) for record in batch.records]
        with pytest.raises(PoisonError) as raised:
            opened.stage.handle(batch, inputs)
        assert raised.value.offset == 1
        opened.stage.recover(0, batch.log_id, 0)
        opened.stage.handle(batch, [entry for entry in inputs if entry.offset != 1])
        assert [row["total"] for row in opened.documents()] == [7]


def test_what_lies_on_another_bus_is_not_even_read_when_a_partition_is_taken_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with house() as there:
        there.append([event(f"c-{number}", number, 0) for number in range(50)])
        there.work([50])
        documents = there.stage.ports.documents
        read: list[str] = []
        find = documents.find

        def noting(query: Query) -> Page:
            page = find(query)
            read.extend(found.document["_id"] for found in page.documents)
            return page

        monkeypatch.setattr(documents, "find", noting)
        log_id = there.bus.read("in", 0, 0, 1).log_id

        there.stage.recover(0, "a new bus", 0)
        assert read == []

        there.stage.recover(0, log_id, 48)
        assert read == ["c-48", "c-49"]
