"""Installations that are closed again, and the one in which the real sales went their calm way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.cloudevents import CloudEvent
from tests.flow.pipeline.shop import Shop, retail_events

NewShop = Callable[..., Shop]


@pytest.fixture(scope="module")
def new_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NewShop]:
    """Opens installations in directories of their own, with a release active unless told otherwise."""
    opened: list[Shop] = []

    def new(*, active: bool = True, **options: Any) -> Shop:
        directory: Path = options.pop("directory", None) or tmp_path_factory.mktemp("shop")
        opened.append(Shop(directory, **options))
        if active:
            opened[-1].activate()
        return opened[-1]

    yield new
    for shop in opened:
        shop.close()


@dataclass(frozen=True)
class Sold:
    """The recorded sales and the installation that dealt with them."""

    log: list[CloudEvent]
    shop: Shop

    @property
    def events(self) -> int:
        return sum(bool(event.subject) for event in self.log)


@pytest.fixture(
    scope="module",
    params=[4_000, pytest.param(None, marks=[pytest.mark.long, pytest.mark.timeout(1800)])],
    ids=["first", "all"],
)
def sold(request: pytest.FixtureRequest, new_shop: NewShop) -> Sold:
    log = retail_events(request.param)
    shop = new_shop()
    shop.publish(log)
    shop.work()
    return Sold(log, shop)
