from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from services.notification.gate import Gate
from shared.model.rules import Bundle
from shared.releases.documents import Activation
from shared.store.collections import CUSTOMERS
from shared.store.open import open_store
from shared.store.port import Collection

NIGHT = datetime(2026, 1, 5, 23, 30, tzinfo=timezone.utc)


@pytest.fixture
def customers(tmp_path: Path) -> Iterator[Collection]:
    store = open_store(f"sqlite:///{tmp_path}/")
    yield store.collection(CUSTOMERS)
    store.close()


class OneRelease:
    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle

    def active(self) -> Activation:
        return Activation(1, self._bundle.digest, "", "")

    def bundle(self, digest: str) -> Bundle:
        return self._bundle


def delivery(**changed: Any) -> dict[str, Any]:
    return {"customer": "c1", "channel": "webhook", "to_customer": True, **changed}


@pytest.mark.parametrize(
    ("consent", "refused"), [(False, True), (["sms"], True), (True, False), (["webhook"], False)]
)
def test_consent_is_asked_as_it_stands_now(
    customers: Collection, bundle: Bundle, consent: Any, refused: bool
) -> None:
    customers.insert_absent([{"_id": "c1", "facts": {"consent": consent}}])
    gate = Gate(customers, OneRelease(bundle), live=True)

    assert (gate.refusal(delivery()) is not None) == refused
    assert gate.refusal(delivery(to_customer=False)) is None


def test_a_customer_who_is_not_known_yet_was_judged_when_it_was_planned(
    customers: Collection, bundle: Bundle
) -> None:
    assert Gate(customers, OneRelease(bundle), live=True).refusal(delivery()) is None


def test_the_present_hour_counts_only_on_the_wall_clock(customers: Collection, bundle: Bundle) -> None:
    live = Gate(customers, OneRelease(bundle), live=True)
    simulated = Gate(customers, OneRelease(bundle), live=False)

    assert live.quiet_until(delivery(), NIGHT) == datetime(2026, 1, 6, 8, tzinfo=timezone.utc)
    assert live.quiet_until(delivery(to_customer=False), NIGHT) is None
    assert simulated.quiet_until(delivery(), NIGHT) is None
