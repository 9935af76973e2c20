"""The same input dealt with in one process and in one go: what any other way must come to, byte for byte."""

import tempfile
from collections.abc import Iterable
from pathlib import Path

from shared.clock import to_rfc3339
from shared.contracts.cloudevents import CloudEvent
from tests.faults.selling import Sale
from tests.flow.cli.conftest import RULES
from tests.flow.pipeline.looking import business
from tests.flow.pipeline.shop import Shop


def calm_business(sold: Iterable[Sale], rules: Path = RULES) -> dict[str, list[bytes]]:
    """The business projections after *sold*."""
    with tempfile.TemporaryDirectory() as directory:
        shop = Shop(Path(directory), rules=rules)
        try:
            shop.activate()
            shop.publish(as_accepted(sale) for sale in sold)
            shop.work()
            return business(shop)
        finally:
            shop.close()


def as_accepted(sale: Sale) -> CloudEvent:
    """The event that ingest makes of a sale."""
    return CloudEvent(
        sale.id, sale.source, sale.type, sale.customer, to_rfc3339(sale.at), {"amount": sale.pence}, {}
    )
