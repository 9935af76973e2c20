"""`make faults`: every test of faults in its full form, and a table of what each one found.

``python -m tests.faults [--json FILE] [pytest options]``; the exit code is pytest's.
"""

import argparse
import json
import platform
import sys
from pathlib import Path
from typing import Any

import pytest

COLUMNS = ("fault", "backend", "seed", "events", "kills", "lost", "duplicated", "disordered", "seconds")


class Table:
    """Collects the figures that tests leave behind, and prints them when all is over."""

    def __init__(self, written_to: Path | None) -> None:
        self._written_to = written_to
        self.rows: list[dict[str, Any]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the figures of a test that has run; a failed one keeps its place in the table."""
        if report.when == "call":
            for name, row in report.user_properties:
                if name == "fault" and isinstance(row, dict):
                    took = {"seconds": report.duration, **row}
                    self.rows.append({**took, "passed": report.passed, "test": report.nodeid})

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table and write the file."""
        terminalreporter.section("faults")
        lines = [COLUMNS, *(tuple(_cell(row.get(name)) for name in COLUMNS) for row in self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(COLUMNS))]
        for line in lines:
            terminalreporter.write_line(
                "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True))
            )
        if self._written_to is not None:
            told = {"machine": _machine(), "faults": self.rows}
            self._written_to.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


def _cell(value: object) -> str:
    return "" if value is None else f"{value:.1f}" if isinstance(value, float) else str(value)


def _machine() -> dict[str, str]:
    return {"system": platform.platform(), "python": platform.python_version(), "machine": platform.machine()}


def main() -> int:
    """Run and tell."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    given, options = parser.parse_known_args()
    here = str(Path(__file__).parent)
    named = any(Path(each.partition("::")[0]).exists() for each in options)
    chosen = options if named else [*options, here]
    return int(pytest.main([*chosen, "-q"], plugins=[Table(given.json)]))


if __name__ == "__main__":
    sys.exit(main())
