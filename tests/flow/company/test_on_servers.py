"""On Apache Kafka and MongoDB a company lives as on one machine without servers: byte for byte."""

import pytest

from tests.flow.cluster.conftest import own_bus
from tests.flow.company.conftest import Run

__all__ = ["own_bus"]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

COMPANY = {"customers": 40, "days": 110, "every": 14, "care_effect": 4.0, "seed": 5}


def test_the_same_company_on_servers_and_without_them(
    run_company: Run, own_bus: str, mongo_database: str
) -> None:
    embedded = run_company(**COMPANY)
    clustered = run_company(**COMPANY, bus=own_bus, store=mongo_database)

    assert not (clustered.home / "bus.db").exists()
    assert embedded.told["total"]["care"] > 0
    assert clustered.told["uplift"] == embedded.told["uplift"]
    for name in ("company.jsonl.gz", "company.care.jsonl", "company.truth.jsonl"):
        assert (clustered.home / name).read_bytes() == (embedded.home / name).read_bytes()
    for name in ("decisions", "relationships", "tasks"):
        exported = (each.guanxi("export", name, "--projection") for each in (embedded, clustered))
        assert len(set(exported)) == 1
