"""Decisions on personal facts, whose values no record keeps, are made again from the customer's history."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.cloudevents import CloudEvent
from shared.explaining.archive import Archive
from shared.explaining.replaying import Replayed, replay_decision
from shared.store.collections import DECISIONS, HISTORY
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import RULES, Shop

FOR_ALL = ("        - tier: is core\n        - birthday: within", "        - birthday: within")


@pytest.fixture
def shop(new_shop: NewShop, tmp_path: Path) -> Shop:
    """Rules that greet every customer within a week before the birthday."""
    shutil.copytree(RULES, tmp_path / "rules")
    care = tmp_path / "rules/policies/care.yaml"
    written = care.read_text(encoding="utf-8")
    assert written.count(FOR_ALL[0]) == 1
    care.write_text(written.replace(*FOR_ALL), encoding="utf-8")
    shop: Shop = new_shop(rules=tmp_path / "rules")
    shop.publish([told("u1", "2010-01-04", birthday="01-08")])
    shop.work()
    return shop


def told(name: str, day: str, **fields: Any) -> CloudEvent:
    return CloudEvent(name, "crm", "customer.updated", "li", f"{day}T12:00:00Z", fields, {})


def greeting(shop: Shop) -> dict[str, Any]:
    (found,) = (each for each in shop.everything(DECISIONS) if each["rule"] == "care-birthday")
    return found


def replayed(shop: Shop) -> Replayed:
    return replay_decision(Archive.of(shop.store), greeting(shop))


def test_the_value_is_nowhere_in_the_record(shop: Shop) -> None:
    record = greeting(shop)
    assert record["facts"]["birthday"] == "profile:birthday"
    (leaf,) = (leaf for leaf in record["leaves"] if leaf["fact"] == "birthday")
    assert (leaf["value"], leaf["margin"], leaf["outcome"]) == ("profile:birthday", None, True)
    assert "01-08" not in str(record)


def test_it_is_made_again_with_the_value_that_history_has(shop: Shop) -> None:
    done = replayed(shop)
    assert (done.result, done.personal) == ("identical", ("birthday",))


@pytest.mark.parametrize("day", ["2010-03-01", "2010-01-02"])
def test_a_later_word_on_it_changes_nothing_even_if_it_is_dated_back(shop: Shop, day: str) -> None:
    shop.publish([told("u2", day, birthday="11-30")])
    shop.work()
    assert replayed(shop).result == "identical"


def test_without_any_word_on_it_left_nothing_is_claimed(shop: Shop) -> None:
    history = shop.collection(HISTORY)
    history.delete_many([each["_id"] for each in shop.everything(HISTORY)])
    assert replayed(shop).result == "unresolved"


def test_a_record_of_a_value_that_never_was_is_different(shop: Shop) -> None:
    forged = {**greeting(shop), "reason": {"en": "because"}}
    assert replay_decision(Archive.of(shop.store), forged).result == "different"
