"""Live services close the day by themselves: nobody sends a marker."""

import json
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.scoring.day_clock import ALLOWED_LATENESS
from shared.clock import SystemClock
from tests.flow.cli.conftest import Home, until

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    opened = Home(tmp_path)
    yield opened
    if opened.up is not None and opened.up.poll() is None:
        opened.stop()


def test_live_services_close_yesterday_without_being_told(home: Home) -> None:
    home.start("--clock", "wall")
    run = json.loads((home.path / "run/scoring.json").read_text())

    def last_closed() -> str | None:
        url = f"http://{run['host']}:{run['port']}/v1/status"
        with urllib.request.urlopen(url, timeout=5) as answer:
            return json.loads(answer.read())["last_closed_day"]  # type: ignore[no-any-return]

    before = yesterday()
    until(lambda: last_closed() in {before.isoformat(), yesterday().isoformat()}, within_s=40)
    assert home.stop() == 0


def yesterday() -> date:
    """The last day that is over in London, with the lateness allowed."""
    late = SystemClock().now() - ALLOWED_LATENESS
    return late.astimezone(ZoneInfo("Europe/London")).date() - timedelta(days=1)
