"""Tests that need a server: slow, skipped loudly without it, or failed where it is required.

`GUANXI_TEST_REQUIRE` lists, with commas, the servers that have to be there (``kafka,mongo`` in CI).
"""

import os
from typing import NoReturn

import pytest

REQUIRE = "GUANXI_TEST_REQUIRE"

_FIXTURES = frozenset({"kafka_broker", "kafka_url", "mongo_url", "_mongo_server_files"})
_PARAMETERS = frozenset({"kafka", "mongo", "cluster"})
_told: dict[str, str] = {}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No fast test starts a server: each has a twin on the embedded bus and store, or is about the server."""
    for item in items:
        if needs_server(item):
            item.add_marker(pytest.mark.slow)


def needs_server(item: pytest.Item) -> bool:
    """Whether *item* asks for a server by a fixture, or is the case of a test that does by its parameter."""
    call = getattr(item, "callspec", None)
    chosen = {each for each in call.params.values() if isinstance(each, str)} if call else set()
    return not (_FIXTURES.isdisjoint(getattr(item, "fixturenames", ())) and _PARAMETERS.isdisjoint(chosen))


def missing(name: str, reason: str) -> NoReturn:
    """Skip the test because the server *name* is not to be had; fail it where it is required."""
    _told[name] = f"missing, its tests were skipped: {reason}"
    if name in os.environ.get(REQUIRE, "").split(","):
        pytest.fail(f"{name} is required by {REQUIRE}: {reason}", pytrace=False)
    pytest.skip(f"no {name}: {reason}")


def using(name: str, server: str) -> None:
    """Note which *server* the tests of *name* ran against."""
    _told[name] = server


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which servers the tests ran against, and which were missing."""
    if _told:
        terminalreporter.section("servers")
        for name, told in sorted(_told.items()):
            terminalreporter.write_line(f"{name}: {told}", yellow=told.startswith("missing"))
