"""Events from files: what ingest would refuse is left out, repeats count once, order is the replay's."""

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.backtest.files import FileHistory
from shared.clock import SystemClock
from tests.language.bundles import default_bundle

Line = dict[str, Any]


def sale(number: int, customer: str, day: str, **other: Any) -> Line:
    told = {
        "id": f"s{number}", "source": "shop", "type": "purchase", "customer_id": customer,
        "time": f"{day}T12:00:00Z", "data": {"amount": 12.34},
    }  # fmt: skip
    return {**told, **other}


@pytest.fixture
def history(tmp_path: Path) -> Callable[..., FileHistory]:
    def read(*lines: Line | bytes) -> FileHistory:
        path = tmp_path / "events.jsonl.gz"
        written = [line if isinstance(line, bytes) else orjson.dumps(line) for line in lines]
        path.write_bytes(gzip.compress(b"\n".join(written)))
        return FileHistory.read([path], default_bundle().catalogue, SystemClock(), lambda _lines: None)

    return read


def test_amounts_become_pence_as_at_the_door(history: Callable[..., FileHistory]) -> None:
    with history(sale(1, "li", "2010-01-04")) as read:
        assert read.of("li").events[0][1].data == {"amount": 1_234}


def test_what_ingest_would_refuse_is_counted_with_its_place_and_left_out(
    history: Callable[..., FileHistory],
) -> None:
    with history(b"{", sale(1, "li", "2010-01-04", type="purchse"), sale(2, "li", "2010-01-05")) as read:
        assert (read.refused, len(read)) == (2, 1)
        assert read.refusals[0].startswith("events.jsonl.gz:1")
        assert "purchse" in read.refusals[1]


def test_an_event_that_stands_twice_counts_once(history: Callable[..., FileHistory]) -> None:
    with history(
        sale(1, "li", "2010-01-04"), sale(1, "li", "2010-01-04"), sale(1, "wu", "2010-01-04")
    ) as read:
        assert {log.customer: len(log.events) for log in read.logs()} == {"li": 1, "wu": 1}


def test_days_come_in_order_and_lines_of_a_day_as_they_stand(history: Callable[..., FileHistory]) -> None:
    lines = [
        sale(1, "li", "2010-01-06"),
        sale(2, "li", "2010-01-04", time="2010-01-04T15:00:00Z"),
        sale(3, "li", "2010-01-04"),
    ]
    with history(*lines) as read:
        assert [event.id for _, event in read.of("li").events] == ["s2", "s3", "s1"]
        assert read.last_day - read.first_day == 2
        assert [day for _, day in read.courses[0].controls] == [read.first_day, read.first_day + 1]
