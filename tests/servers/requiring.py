"""Tests that need a server: skipped loudly without it, or failed where it is required.

`GUANXI_TEST_REQUIRE` lists, with commas, the servers that have to be there (``kafka,mongo`` in CI).
"""

import os
from typing import NoReturn

import pytest

REQUIRE = "GUANXI_TEST_REQUIRE"

_told: dict[str, str] = {}


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
