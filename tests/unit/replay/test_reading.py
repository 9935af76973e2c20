"""Recorded lines: both forms, gzip or plain, and what is wrong with a line that is neither."""

import gzip
import io
from pathlib import Path

import orjson
import pytest

from services.replay.reading import Line, LineError, event_from, read_lines, readable

SIMPLE = {
    "id": "or2-1", "source": "shop", "type": "purchase", "customer_id": "13085",
    "time": "2009-12-01T07:45:00Z", "data": {"amount": 505.3},
}  # fmt: skip


def test_the_simple_form_becomes_a_cloudevent_about_the_customer() -> None:
    event = event_from(Line("f:1", orjson.dumps(SIMPLE)))

    assert event["specversion"] == "1.0"
    assert event["subject"] == "13085"
    assert event["data"] == {"amount": 505.3}


def test_a_cloudevent_passes_as_it_stands() -> None:
    given = {"specversion": "1.0", "id": "1", "extension": "kept"}

    assert event_from(Line("f:1", orjson.dumps(given))) == given


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"{oops", "f:7: not JSON"),
        (b"[1]", "f:7: expected a JSON object, found list"),
        (b'{"id": 1}', "missing: customer_id, source, type, time, data"),
    ],
)
def test_a_line_that_is_no_event_is_told_with_its_place(text: bytes, told: str) -> None:
    with pytest.raises(LineError, match="f:7") as raised:
        event_from(Line("f:7", text))

    assert told in str(raised.value)


def test_gzip_is_known_by_its_bytes_and_blank_lines_do_not_count(tmp_path: Path) -> None:
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    plain.write_bytes(b"1\n\n2\n")
    packed.write_bytes(gzip.compress(b"3\n"))

    lines = list(read_lines([plain, packed]))

    assert [line.place for line in lines] == ["a.jsonl:1", "a.jsonl:3", "b.jsonl:1"]
    assert [line.text for line in lines] == [b"1\n", b"2\n", b"3\n"]


def test_standard_input_can_be_read_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"1\n2\n")))

    with readable(["-"]) as paths:
        assert len(list(read_lines(paths))) == 2
        assert len(list(read_lines(paths))) == 2
