"""A process stands still before it writes, is overtaken, wakes, writes and dies: what it owes is published.

The successor has begun with fewer records, so that it comes to the late write only in a later batch.
"""

from pathlib import Path

import pytest

from shared.flow.stage import Stage
from tests.unit.flow_stage.house import House, activation, event, marker


@pytest.fixture(params=[2_000, 1], ids=["at once", "in pages"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> House:
    made = House(tmp_path, page=request.param)
    made.append([event(customer, 1 + at, 0) for at, customer in enumerate("abc")])
    made.work([50])
    return made


def owed(house: House) -> dict[str, list[int]]:
    """What each customer was never told, of the numbers given so far."""
    told = {(each.subject, int(each.extensions.get("sequence", 0))) for each in house.published()}
    return {
        row["_id"]: missing
        for row in house.documents()
        if (missing := [n for n in range(1, row["sequence"] + 1) if (row["_id"], n) not in told])
    }


def close_days_ahead(house: House) -> None:
    """In pages, the first writes are the event and two days on which nobody is due."""
    house.append([event("d", 10, 1), *(marker(day) for day in range(1, 6))])
    house.be_overtaken(most=6, fewer=1, write=1 if house.page > 1 else 4)


def test_an_event_written_ahead_of_its_turn_is_told_before_the_next_write_covers_it(house: House) -> None:
    house.append([event("d", 10, 1), event("a", 11, 1), event("a", 12, 1)])
    house.be_overtaken(most=2, fewer=1)
    assert owed(house) == {"a": [2]}
    house.work([1])
    assert owed(house) == {}
    house.close()


def test_a_day_closed_ahead_of_its_turn_is_told_although_nobody_is_due_any_more(house: House) -> None:
    close_days_ahead(house)
    assert owed(house), "or the sleeper closed no day"
    house.work([1])
    assert owed(house) == {}
    house.close()


def test_a_release_swept_ahead_of_its_turn_is_told_although_it_concerns_nobody_any_more(house: House) -> None:
    house.append([event("d", 10, 1), activation(7)])
    house.be_overtaken(most=2, fewer=1, write=2)
    house.work([1])
    assert owed(house) == {}
    house.close()


def test_without_the_look_at_who_was_dealt_with_ahead_a_day_would_be_lost(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Stage, "_refuse_ahead", lambda *_: None)
    close_days_ahead(house)
    house.work([1])
    assert owed(house)
    house.close()
