"""Installations as in the tests of the command line, and such that keep their documents on MongoDB."""

from collections.abc import Callable

import pytest

from tests.flow.cli.conftest import Home, new_home, sales

__all__ = ["new_home", "on_mongo", "sales"]


@pytest.fixture
def on_mongo(mongo_database: str) -> Callable[[Home], Home]:
    """The same home with its documents on MongoDB."""

    def keep_there(home: Home) -> Home:
        home.environment = {"GUANXI_STORE": mongo_database}
        return home

    return keep_there
