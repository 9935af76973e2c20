"""Releases are kept for good under their digest; activations are numbered and announced everywhere."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from services.rules.releases import Releases
from shared.contracts.cloudevents import CloudEvent
from shared.errors import CorruptError
from shared.model.rules import Bundle
from shared.policy.release import Sources, build
from shared.releases.reader import NoReleaseError, ReleaseReader
from shared.store.collections import RELEASES
from shared.store.open import open_store
from shared.store.port import Query, Replacement
from tests.unit.rules_service.conftest import PARTITIONS, SMALL, Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def reader(office: Office) -> ReleaseReader:
    return ReleaseReader(office.store.collection(RELEASES))


def sources(bar: int = 60) -> Sources:
    files = {path.relative_to(SMALL).as_posix(): path.read_text() for path in SMALL.rglob("*.yaml")}
    membership = "policies/membership.yaml"
    files[membership] = files[membership].replace("less than 60", f"less than {bar}")
    return Sources(files, "rules")


def bundle(bar: int = 60) -> Bundle:
    result = build(sources(bar))
    assert result.bundle is not None
    return result.bundle


def kept(office: Office, bar: int = 60) -> str:
    return office.releases.store(bundle(bar), sources(bar))


def test_before_the_first_activation_readers_wait(office: Office, reader: ReleaseReader) -> None:
    kept(office)
    for ask in (reader.active, reader.first):
        with pytest.raises(NoReleaseError, match="is the rules service running"):
            ask()


def test_a_stored_release_is_read_back_as_the_same_bundle(office: Office, reader: ReleaseReader) -> None:
    assert reader.bundle(kept(office)) == bundle()


def test_a_release_is_rebuilt_once_and_kept(office: Office, reader: ReleaseReader) -> None:
    digest = kept(office)
    assert reader.bundle(digest) is reader.bundle(digest)


def test_storing_a_release_again_changes_nothing(office: Office) -> None:
    digest = kept(office)
    before = office.store.collection(RELEASES).find(Query(limit=10)).documents
    office.clock.advance(60)
    assert kept(office) == digest
    assert office.store.collection(RELEASES).find(Query(limit=10)).documents == before


def test_activations_are_numbered_from_one_and_the_latest_is_active(
    office: Office, reader: ReleaseReader
) -> None:
    digests = [kept(office, bar) for bar in (60, 55, 60)]
    numbers = [office.releases.activate(digest, "test").number for digest in digests]
    assert numbers == [1, 2, 3]
    assert (reader.first().digest, reader.active().digest) == (digests[0], digests[2])
    assert reader.active().number == 3


def test_activating_the_active_release_only_tells_it_again(office: Office) -> None:
    digest = kept(office)
    first = office.releases.activate(digest, "test")
    assert office.releases.activate(digest, "again") == first
    assert [each.data["number"] for each in office.announced()] == [1, 1]


def test_an_activation_is_announced_on_every_partition_under_one_id(office: Office) -> None:
    activation = office.releases.activate(kept(office), "test")
    for partition in range(PARTITIONS):
        [event] = office.announced(partition)
        assert isinstance(event, CloudEvent)
        assert (event.id, event.subject) == ("activation-1", "")
        assert event.data == {"number": 1, "digest": activation.digest}


def test_more_activations_than_digits_sort_rightly(office: Office, reader: ReleaseReader) -> None:
    digests = [kept(office, bar) for bar in (60, 55)]
    for turn in range(12):
        office.releases.activate(digests[turn % 2], "test")
    assert reader.active().number == 12
    assert reader.first().number == 1


def test_processes_activating_different_releases_at_once_never_share_a_number(office: Office) -> None:
    digests = [kept(office, bar) for bar in range(40, 46)]
    stores = [open_store(f"sqlite:///{office.directory}/") for _ in digests]

    def activate(at: int) -> int:
        producer = office.bus.producer()
        try:
            collection = stores[at].collection(RELEASES)
            releases = Releases(collection, producer, PARTITIONS, office.clock)
            return releases.activate(digests[at], "race").number
        finally:
            producer.close()

    with ThreadPoolExecutor(len(digests)) as pool:
        numbers = list(pool.map(activate, range(len(digests))))
    for store in stores:
        store.close()
    assert sorted(numbers) == list(range(1, len(digests) + 1))


def test_a_release_that_is_named_but_not_stored_stops_its_reader(reader: ReleaseReader) -> None:
    with pytest.raises(CorruptError, match="release dddddddddddd is named but not in the store"):
        reader.bundle("d" * 64)


def test_a_release_whose_content_is_not_what_its_digest_says_stops_its_reader(
    office: Office, reader: ReleaseReader
) -> None:
    digest, other = kept(office), kept(office, 55)
    collection = office.store.collection(RELEASES)
    found = collection.get_many([digest, other])
    forged = {**found[digest].document, "canonical": found[other].document["canonical"]}
    collection.replace([Replacement(forged, found[digest].version)])
    with pytest.raises(CorruptError, match=f"release {digest[:12]} has the content of {other[:12]}"):
        reader.bundle(digest)
