"""The four services with their documents on MongoDB: the same events give the same, byte for byte."""

from collections.abc import Callable

import pytest

from services.cli.running import running_services
from tests.flow.cli.conftest import Home, kill

pytestmark = pytest.mark.slow


def test_sales_give_the_same_on_mongodb_as_on_the_embedded_store(
    new_home: Callable[[str], Home], on_mongo: Callable[[Home], Home], sales: list[bytes]
) -> None:
    embedded, home = new_home("embedded"), on_mongo(new_home("mongo"))
    embedded.start()
    embedded.replay(*sales)
    assert embedded.stop() == 0

    home.start()
    home.replay(*sales[: len(sales) // 2])
    for service in running_services(home.path / "run"):
        if service.member in {"scoring", "rules", "notification"}:
            kill(service.pid)
    home.replay(*sales[len(sales) // 2 :])

    assert home.exported() == embedded.exported()
    assert b"none>core" in home.exported()["decisions"]
    assert not list(home.path.glob("scoring.db"))
    for report in ("circle", "alerts", "tasks", "pareto"):
        told = [each.guanxi("report", report, "--json") for each in (home, embedded)]
        assert (told[0].returncode, told[0].stdout) == (0, told[1].stdout)
    assert home.guanxi("explain", "c1").stdout == embedded.guanxi("explain", "c1").stdout
    assert home.guanxi("status").returncode == 0
    assert home.stop() == 0
