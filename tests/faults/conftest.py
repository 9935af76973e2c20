"""Installations on each backend, and the figures that a fault's test leaves behind."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.backend import Backend, SqliteBackend
from tests.faults.installation import Installation
from tests.faults.telling import rules_that_tell
from tests.flow.notification.conftest import Receiver, receiving

NewInstallation = Callable[..., Installation]
Figures = Callable[..., None]


@pytest.fixture(params=["sqlite"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """Where the installation under test keeps everything."""
    return SqliteBackend(tmp_path / "home")


@pytest.fixture(scope="module", params=["sqlite"])
def living(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation that lives through all tests of a module, under rules that tell of alerts."""
    directory = tmp_path_factory.mktemp("living")
    rules = rules_that_tell(directory / "rules")
    made = Installation(directory / "home", SqliteBackend(directory / "home"), rules)
    yield made
    made.close()


@pytest.fixture(scope="module")
def module_receiver() -> Iterator[Receiver]:
    """A receiver of webhooks for all tests of a module."""
    with receiving() as receiver:
        yield receiver


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
