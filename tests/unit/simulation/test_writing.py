"""`guanxi simulate`: files in the order of time, whole or not there."""

import gzip
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner

from services.simulation.cli import simulate
from services.simulation.spool import BUFFER_BYTES, Spool, sorted_lines


def run(*arguments: str) -> object:
    result = CliRunner().invoke(simulate, [*arguments, "--json"], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return orjson.loads(result.stdout)


@pytest.mark.slow
def test_events_are_written_in_the_order_of_time_with_the_truth_beside_them(tmp_path: Path) -> None:
    output = tmp_path / "company.jsonl.gz"
    told = run("--customers", "50", "--output", str(output))
    lines = gzip.decompress(output.read_bytes()).splitlines()
    times = [orjson.loads(line)["time"] for line in lines]
    truth = (tmp_path / "company.truth.jsonl").read_bytes().splitlines()

    assert times == sorted(times)
    assert len(truth) == 50
    assert told["events"] == len(lines)  # type: ignore[index]
    assert {path.name for path in tmp_path.iterdir()} == {"company.jsonl.gz", "company.truth.jsonl"}


def test_the_same_seed_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "other"):
        run("--customers", "20", "--seed", "5", "--output", str(tmp_path / f"{name}.jsonl.gz"))

    assert (tmp_path / "one.jsonl.gz").read_bytes() == (tmp_path / "other.jsonl.gz").read_bytes()


@pytest.mark.parametrize("ending", ["jsonl", "jsonl.gz"])
def test_several_processes_write_the_same_bytes_as_one(tmp_path: Path, ending: str) -> None:
    for processes in ("1", "3"):
        output = tmp_path / f"company-{processes}.{ending}"
        run("--customers", "450", "--days", "200", "--processes", processes, "--output", str(output))

    for name in (f"company-{{}}.{ending}", "company-{}.truth.jsonl"):
        assert (tmp_path / name.format(1)).read_bytes() == (tmp_path / name.format(3)).read_bytes()


def test_nobody_gets_care_when_all_are_held_out(tmp_path: Path) -> None:
    output = tmp_path / "company.jsonl"
    run("--customers", "30", "--without-care", "100", "--output", str(output))

    assert b"care.given" not in output.read_bytes()


def test_a_calendar_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    result = CliRunner().invoke(simulate, ["--calendar", "sales", "--output", str(tmp_path / "x.jsonl")])

    assert result.exit_code == 2
    assert "expected one of" in result.output
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("run_bytes", [1_000, 1 << 24])
@pytest.mark.parametrize("amount", [10, 4 * BUFFER_BYTES])
def test_a_spool_sorts_more_than_it_holds_in_memory(tmp_path: Path, amount: int, run_bytes: int) -> None:
    spool, filler = Spool(tmp_path, run_bytes), b"x" * 200
    count = max(3, amount // 250)
    for number in reversed(range(count)):
        day = number % 56
        line = b'{"n":%d,"time":"2024-01-%02dT%02d:00:00Z","x":"%s"}\n' % (number, 1 + day % 28, 1, filler)
        spool.add(day // 7, line)
    weeks = [list(sorted_lines(file, run_bytes)) for file in spool.files()]

    assert sum(map(len, weeks)) == count
    for week in weeks:
        times = [orjson.loads(line)["time"] for line in week]
        assert times == sorted(times)
    assert not list(tmp_path.iterdir())


def test_a_span_may_get_more_lines_after_another_was_taken(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    one, other = (b'{"n":%d,"time":"2024-01-01T00:00:00Z"}\n' % number for number in (1, 2))
    spool.add(1, other)

    assert list(spool.take(0)) == []
    spool.add(1, one)
    assert list(spool.take(1)) == [one, other]
    assert list(spool.take(1)) == []
