"""What commands say when they cannot do their work."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from services.__main__ import cli, main
from services.cli.keys import NoKeyError, api_key, keep_key
from services.cli.replay import replay


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]):  # type: ignore[no-untyped-def]
    def invoke(*arguments: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["guanxi", *arguments])
        with pytest.raises(SystemExit) as ended:
            main()
        return int(ended.value.code or 0), capfd.readouterr().err

    return invoke


def test_wrong_settings_are_all_told_and_are_misuse(
    run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setenv("GUANXI_CLOCK", "sun")
    monkeypatch.setenv("GUANXI_PARTITIONS", "0")

    code, told = run("status", "--home", str(tmp_path))

    assert code == 2
    assert "GUANXI_CLOCK: expected one of event, wall" in told
    assert "GUANXI_PARTITIONS: expected a whole number" in told


def test_a_home_without_data_is_told_with_what_to_do(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    code, told = run("report", "circle", "--home", str(tmp_path))

    assert code == 1
    assert "[nothing-here]" in told
    assert "guanxi up" in told


def test_a_file_that_is_not_there_is_misuse(tmp_path: Path) -> None:
    result = CliRunner().invoke(replay, [str(tmp_path / "no.jsonl"), "--home", str(tmp_path)])

    assert result.exit_code == 2
    assert "no such file" in result.output


@pytest.mark.parametrize("speed", ["fast", "0", "-3"])
def test_a_speed_is_max_or_a_rate(speed: str) -> None:
    result = CliRunner().invoke(cli, ["replay", "-", "--speed", speed])

    assert result.exit_code == 2
    assert "expected `max` or events a second" in result.output


def test_a_key_is_found_where_the_demo_keeps_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GUANXI_KEY", raising=False)
    with pytest.raises(NoKeyError, match="guanxi keys create"):
        api_key(None, tmp_path)

    kept = keep_key("gx_id_secret", tmp_path)

    assert api_key(None, tmp_path) == "gx_id_secret"
    assert kept.stat().st_mode & 0o077 == 0
    assert api_key("given", tmp_path) == "given"


def test_a_command_that_looks_makes_no_home(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    mistyped = tmp_path / "hmoe"

    code, told = run("status", "--home", str(mistyped))

    assert (code, mistyped.exists()) == (1, False)
    assert "name the data with --home" in told
