import threading
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.notification.channels.file import FileChannel, FileSink
from services.notification.subscriptions import Subscription


def line(identity: str) -> tuple[str, bytes]:
    return identity, orjson.dumps({"id": identity, "text": "中文"}) + b"\n"


def ids(path: Path) -> list[str]:
    return [orjson.loads(text)["id"] for text in path.read_bytes().splitlines()]


def test_lines_are_appended_in_order(tmp_path: Path) -> None:
    sink = FileSink(tmp_path / "out.jsonl")

    sink.append([line("a"), line("b")])
    sink.append([line("c")])

    assert ids(tmp_path / "out.jsonl") == ["a", "b", "c"]


def test_after_a_restart_a_line_that_is_there_is_not_doubled(tmp_path: Path) -> None:
    FileSink(tmp_path / "out.jsonl").append([line("a"), line("b")])

    FileSink(tmp_path / "out.jsonl").append([line("a"), line("b"), line("c")])

    assert ids(tmp_path / "out.jsonl") == ["a", "b", "c"]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 200))
def test_wherever_a_crash_tore_the_file_every_line_is_there_once_in_the_end(cut: int) -> None:
    import tempfile  # noqa: PLC0415 - tmp_path lives as long as the test, not the example

    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "out.jsonl"
        lines = [line(name) for name in "abcd"]
        FileSink(path).append(lines)
        path.write_bytes(path.read_bytes()[:cut])

        FileSink(path).append(lines)

        assert ids(path) == list("abcd")
        assert path.read_bytes().endswith(b"\n")


def test_a_last_line_without_its_end_is_completed_not_written_again(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(line("a")[1].rstrip(b"\n"))

    FileSink(path).append([line("a"), line("b")])

    assert ids(path) == ["a", "b"]


def test_a_file_moved_away_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    sink = FileSink(path)
    sink.append([line("a")])
    path.rename(tmp_path / "out.1.jsonl")

    sink.append([line("b")])

    assert ids(path) == ["b"]


def test_a_file_that_cannot_be_written_is_a_failed_attempt(tmp_path: Path) -> None:
    missing = Subscription("s", "file", str(tmp_path / "no" / "out.jsonl"), "")
    delivery = {"_id": "msg_1", "payload": {"type": "guanxi.test"}}

    (result,) = FileChannel().send(missing, [delivery])

    assert result.outcome == "failed"
    assert "No such file or directory" in result.detail


@pytest.mark.parametrize("foreign", [b"not json\n", b"[1]\n", b"\xff\xfe\n"])
def test_lines_that_are_not_ours_are_left_alone(tmp_path: Path, foreign: bytes) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(foreign)

    FileSink(path).append([line("a")])

    assert path.read_bytes() == foreign + line("a")[1]


def test_processes_that_share_a_file_do_not_overwrite_each_other(tmp_path: Path) -> None:
    one, other = FileSink(tmp_path / "out.jsonl"), FileSink(tmp_path / "out.jsonl")
    names = [f"{number:03d}" for number in range(50)]

    def write(sink: FileSink, mine: list[str]) -> None:
        for name in mine:
            sink.append([line(name)])

    threads = [
        threading.Thread(target=write, args=(one, names[::2])),
        threading.Thread(target=write, args=(other, names[1::2])),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(ids(tmp_path / "out.jsonl")) == names
