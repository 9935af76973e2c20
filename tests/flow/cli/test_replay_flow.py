"""Recorded sales through all four services: counted once, the same in halves, told afterwards."""

from collections.abc import Callable

import orjson
import pytest

from services.cli.running import running_services
from tests.flow.cli.conftest import Home, kill, until

pytestmark = pytest.mark.slow


def test_sales_become_members_and_a_second_replay_changes_nothing(
    new_home: Callable[[str], Home], sales: list[bytes]
) -> None:
    home = new_home("one")
    home.start()

    first = home.replay(*sales)
    before = home.exported()
    second = home.replay(*sales)

    assert first["accepted"] == second["accepted"] == len(sales)
    assert (first["duplicates"], second["duplicates"]) == (0, len(sales))
    assert second["decisions"] == {}
    assert home.exported() == before
    assert b"none>core" in before["decisions"]
    reports = [home.guanxi("report", name, "--json") for name in ("circle", "alerts", "tasks", "pareto")]
    assert [report.returncode for report in reports] == [0] * 4
    assert orjson.loads(reports[0].stdout)["problems"] == []
    customer = home.guanxi("explain", "c1")
    assert b"Customer c1" in customer.stdout
    decision = orjson.loads(before["decisions"].splitlines()[0])["_id"]
    assert f"Decision {decision}".encode() in home.guanxi("explain", decision).stdout
    assert home.guanxi("status").returncode == 0
    assert home.stop() == 0


def test_two_halves_with_a_stop_and_a_crash_between_give_the_same_as_the_whole(
    new_home: Callable[[str], Home], sales: list[bytes]
) -> None:
    whole, halves = new_home("whole"), new_home("halves")
    whole.start()
    whole.replay(*sales)
    assert whole.stop() == 0

    halves.start()
    halves.replay(*sales[: len(sales) // 2])
    assert halves.stop() == 0
    halves.start("--workers", "scoring=2")
    for service in running_services(halves.path / "run"):
        if service.member in {"scoring", "rules"}:
            kill(service.pid)
    halves.replay(*sales[len(sales) // 2 :])

    assert halves.exported() == whole.exported()
    assert "ended (signal 9); starting it again" in halves.log()


def test_what_ingest_refuses_is_told_with_its_line_and_the_rest_goes_through(
    new_home: Callable[[str], Home], sales: list[bytes]
) -> None:
    home = new_home("one")
    home.start()
    wrong = [b"{oops\n", sales[1].replace(b'"purchase"', b'"purchas"').replace(b'"return"', b'"purchas"')]

    done = home.guanxi("replay", "-", "--key", home.new_key(), given=b"".join([sales[0], *wrong, sales[2]]))

    assert done.returncode == 1
    told = done.stdout.decode()
    assert "not JSON" in told
    assert 'did you mean "purchase"?' in told
    assert "accepted            2" in told


def test_a_second_up_is_refused_and_the_first_goes_on(new_home: Callable[[str], Home]) -> None:
    home = new_home("one")
    home.start()

    second = home.guanxi("up", "--any-ports")

    assert second.returncode == 1
    assert b"[already-up]" in second.stderr
    assert home.guanxi("status").returncode == 0


def test_services_end_by_themselves_when_their_supervisor_is_killed(new_home: Callable[[str], Home]) -> None:
    home = new_home("one")
    home.start()
    assert home.up is not None

    kill(home.up.pid)
    home.up.wait(timeout=10)
    home.up = None

    until(lambda: not running_services(home.path / "run"), within_s=30)
    home.start()
    assert home.stop() == 0
