"""The oracle itself: it follows the log, and finds a decision by another release than its place tells."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.bus.port import Message
from shared.contracts.topics import EVENTS
from shared.store.collections import DECISIONS
from shared.store.port import Replacement
from tests.faults.backend import SqliteBackend
from tests.faults.calm import as_accepted
from tests.faults.editions import Editions
from tests.faults.installation import PARTITIONS, Installation
from tests.faults.release_log import ReleaseLog, misjudged
from tests.faults.selling import sales
from tests.flow.pipeline.shop import Shop

pytestmark = [pytest.mark.slow]

SOLD = sales(600, 6, seed=7)


@pytest.fixture
def editions(tmp_path: Path) -> Editions:
    return Editions(tmp_path / "rules")


@pytest.fixture
def kept(tmp_path: Path, editions: Editions) -> Iterator[Installation]:
    """Two editions, each for half of SOLD, with nothing wrong."""
    shop = Shop(tmp_path, rules=editions.directory, partitions=PARTITIONS)
    for begin in (0, 300):
        shop.activate()
        shop.publish(as_accepted(sale) for sale in SOLD[begin : begin + 300])
        editions.next()
    shop.work()
    shop.close()
    opened = Installation(tmp_path, SqliteBackend(tmp_path))
    yield opened
    opened.close()


def decided(kept: Installation, kind: str) -> dict[str, Any]:
    return next(each for each in kept.everything(DECISIONS) if each["cause"]["kind"] == kind)


def test_decisions_on_events_on_releases_and_on_days_are_all_looked_at(kept: Installation) -> None:
    found = misjudged(kept, ReleaseLog(kept))
    assert found.wrong == []
    assert len(found.releases) == 2
    assert min(found.by_events, found.by_releases, found.by_days) > 0
    assert found.by_events + found.by_releases + found.by_days == len(list(kept.everything(DECISIONS)))


@pytest.mark.parametrize("kind", ["event", "release", "day"])
def test_a_decision_by_another_release_is_found(kept: Installation, kind: str) -> None:
    collection, name = kept.store.collection(DECISIONS), decided(kept, kind)["_id"]
    found = collection.get_many([name])[name]
    found.document["release"] = "0" * 64
    assert not collection.replace([Replacement(found.document, found.version)])
    (wrong,) = misjudged(kept, ReleaseLog(kept)).wrong
    assert name in wrong


def test_an_activation_told_again_or_too_late_changes_nothing(kept: Installation) -> None:
    log = ReleaseLog(kept)
    log.look()
    holding, markers = dict(log.holding), log.markers
    first = next(record for _, record in kept.records(EVENTS.name))
    producer = kept.bus.producer()
    producer.send(EVENTS.name, [Message(first.key, first.value, first.headers, 0)])
    producer.close()
    log.look()
    assert log.markers == markers + 1, "the first record of the log is an activation"
    assert log.holding == holding
