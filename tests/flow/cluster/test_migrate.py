"""`guanxi migrate`: a shop moves to MongoDB, is cut off on the way, and goes on as if it had never moved."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pymongo
import pytest

from shared.bus.open import open_bus
from shared.contracts.cloudevents import to_message
from shared.contracts.topics import ALL, EVENTS
from shared.store.collections import CUSTOMERS
from shared.store.moving import MOVES
from shared.store.open import open_store
from tests.flow.cli.conftest import ROOT, Home, until
from tests.unit.flow_stage.house import event


@pytest.fixture
def shop(new_home: Callable[[str], Home]) -> Home:
    """A home with an empty bus of four partitions and one customer, and no services."""
    home = new_home("shop")
    bus, store = open_bus(f"sqlite:///{home.path}/bus.db"), open_store(f"sqlite:///{home.path}/")
    for topic in ALL:
        bus.ensure_topic(topic.name, 4)
    store.collection(CUSTOMERS).insert_absent([{"_id": "c1", "score": 7}])
    bus.close()
    store.close()
    return home


def migrate(home: Home, target: str, *options: str) -> tuple[int, str]:
    source = f"sqlite:///{home.path}/"
    done = home.guanxi("migrate", "--from", source, "--to", target, *options)
    return done.returncode, (done.stdout + done.stderr).decode()


def killed_on_the_way(home: Home, target: str) -> None:
    """Run the move and kill it once some collections were copied and others were not."""
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(target)
    moves = client.get_default_database()[MOVES.name]
    command = ["migrate", "--from", f"sqlite:///{home.path}/", "--to", target, "--home", str(home.path)]
    with (home.path / "migrate.log").open("wb") as log:
        child = subprocess.Popen(
            [sys.executable, "-m", "services", *command], stdout=log, stderr=log, cwd=ROOT
        )
    until(lambda: moves.find_one({"_id": CUSTOMERS.name}) is not None)
    child.kill()
    child.wait()
    client.close()
    store = open_store(target)
    assert not store.collection(MOVES).get_many(["move"])["move"].document["finished"]
    store.close()


@pytest.mark.slow
def test_a_shop_that_moved_to_mongodb_and_kafka_goes_on_as_if_it_had_not(
    new_home: Callable[[str], Home], mongo_database: str, own_bus: str, sales: list[bytes], tmp_path: Path
) -> None:
    stays = new_home("stays")
    half = len(sales) // 2
    stays.start()
    stays.replay(*sales[:half])
    assert stays.stop() == 0
    shutil.copytree(stays.path, tmp_path / "copied")
    moves = new_home("moves")
    shutil.copytree(tmp_path / "copied", moves.path, dirs_exist_ok=True)

    killed_on_the_way(moves, mongo_database)
    done = moves.guanxi("migrate", "--from", f"sqlite:///{moves.path}/", "--to", mongo_database, "--json")
    told = orjson.loads(done.stdout)
    assert (done.returncode, told["moved"]) == (0, True), done.stderr
    assert all(each["digest"]["from"] == each["digest"]["to"] for each in told["collections"])
    for left in ("scoring.db", "rules.db", "notification.db"):
        (moves.path / left).unlink()

    moves.environment = {"GUANXI_STORE": mongo_database, "GUANXI_BUS": own_bus}
    for home in (moves, stays):
        home.start()
        home.replay(*sales[half - 20 :])  # some were sent before the move: they are known
    assert moves.exported() == stays.exported()
    assert b"none>core" in moves.exported()["decisions"]


def test_it_refuses_while_messages_are_not_dealt_with_and_says_who_is_behind(
    shop: Home, mongo_database: str
) -> None:
    bus = open_bus(f"sqlite:///{shop.path}/bus.db")
    bus.producer().send(EVENTS.name, [to_message(event("c1", 1, 0), 2)])
    bus.close()
    code, told = migrate(shop, mongo_database)
    assert code == 1
    assert "scoring by 1 on guanxi.events" in told
    assert "guanxi up" in told


def test_it_refuses_when_the_number_of_partitions_would_change(shop: Home, mongo_database: str) -> None:
    shop.environment = {"GUANXI_PARTITIONS": "8"}
    code, told = migrate(shop, mongo_database)
    assert code == 1
    assert "GUANXI_PARTITIONS=4" in told


@pytest.mark.slow
def test_it_refuses_while_services_run_and_says_how_to_stop_them(shop: Home, mongo_database: str) -> None:
    shop.start()
    code, told = migrate(shop, mongo_database)
    assert code == 1
    assert "kill -TERM" in told


def test_it_refuses_a_target_that_holds_other_documents(shop: Home, mongo_database: str) -> None:
    store = open_store(mongo_database)
    store.collection(CUSTOMERS).insert_absent([{"_id": "somebody"}])
    store.close()
    code, told = migrate(shop, mongo_database)
    assert code == 1
    assert "customers" in told


def test_a_dry_run_counts_and_copies_nothing(shop: Home, mongo_database: str) -> None:
    code, told = migrate(shop, mongo_database, "--dry-run", "--json")
    assert code == 0
    assert orjson.loads(told)["documents"] == 1
    store = open_store(mongo_database)
    assert store.collection(CUSTOMERS).count_by(()) == {(): 0}
    store.close()


def test_moved_once_it_is_not_moved_again(shop: Home, mongo_database: str) -> None:
    assert migrate(shop, mongo_database)[0] == 0
    code, told = migrate(shop, mongo_database)
    assert code == 1
    assert "nothing is left to do" in told


def test_a_password_in_a_url_is_never_told(shop: Home, mongo_database: str) -> None:
    secret = mongo_database.replace("://", "://somebody:hunter2@")
    for code, told in (migrate(shop, secret), migrate(shop, "mongodb://u:hunter2@[nowhere/x")):
        assert code != 0
        assert "hunter2" not in told
        assert "Traceback" not in told
