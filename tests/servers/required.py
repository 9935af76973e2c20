"""What happens when a test's server is not there: a loud skip, or a failure where it is required."""

import os

import pytest

_SKIPPED: dict[str, str] = {}


def missing(server: str, reason: str) -> None:
    """Skip the test and remember to say so; fail if GUANXI_TEST_REQUIRE (a comma list) names *server*."""
    if server in os.environ.get("GUANXI_TEST_REQUIRE", "").split(","):
        pytest.fail(f"{server} is required here: {reason}", pytrace=False)
    _SKIPPED[server] = reason
    pytest.skip(f"no {server}: {reason}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which servers were missing, in a place that is read."""
    for server, reason in _SKIPPED.items():
        terminalreporter.write_sep("!", f"NOT TESTED on {server}: {reason}", yellow=True)
