"""Installations on each backend, and the figures that a fault's test leaves behind."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.backend import Backend, SqliteBackend
from tests.faults.installation import Installation

NewInstallation = Callable[..., Installation]
Figures = Callable[..., None]


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """Where the installation under test keeps everything."""
    return SqliteBackend(tmp_path / "home")


@pytest.fixture
def installation(backend: Backend, tmp_path: Path) -> Iterator[Installation]:
    """An installation that is not started yet."""
    made = Installation(tmp_path / "home", backend)
    yield made
    made.close()


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Figures:
    """Leave a row for the table of `make faults`."""

    def leave(**row: Any) -> None:
        record_property("fault", row)

    return leave
