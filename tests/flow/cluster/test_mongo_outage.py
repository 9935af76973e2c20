"""The four services and a MongoDB that comes late, goes away under load, and comes back."""

import os
import subprocess
import sys
from collections.abc import Callable
from threading import Thread

import orjson
import pytest

from deploy.servers.mongo_server import MongoServer
from shared.store.collections import HISTORY
from shared.store.open import open_store
from tests.flow.cli.conftest import ROOT, Home, until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SOON = "?serverSelectionTimeoutMS=2000&socketTimeoutMS=5000"


def test_services_wait_for_a_server_that_is_not_there_yet_and_live_through_an_outage(
    new_home: Callable[[str], Home], mongo_server: MongoServer, sales: list[bytes]
) -> None:
    embedded, home = new_home("embedded"), new_home("mongo")
    embedded.start()
    embedded.replay(*sales)
    assert embedded.stop() == 0

    home.environment = {"GUANXI_STORE": mongo_server.url() + SOON}
    mongo_server.stop()
    starting = Thread(target=home.start)
    starting.start()
    until((home.path / "up.log").exists)
    until(lambda: "store-unavailable" in home.log())
    mongo_server.start()
    starting.join()

    replaying = Thread(target=home.replay, args=sales)
    replaying.start()
    looking = open_store(mongo_server.url())
    history = looking.collection(HISTORY)
    until(lambda: history.find_ids({}, 1))  # the first events are counted: there is much to do yet
    mongo_server.stop()
    looking.close()
    until(lambda: '"waiting"' in home.log())
    mongo_server.start()
    mongo_server.pause()
    replaying.join(8.0)
    mongo_server.resume()
    replaying.join()

    home.replay(*sales)
    assert home.exported() == embedded.exported()
    assert orjson.loads(home.guanxi("status", "--json").stdout)["ready"]
    assert "Traceback" not in home.log()
    assert home.stop() == 0


def test_a_wrong_url_stops_a_service_with_one_line_and_no_password(new_home: Callable[[str], Home]) -> None:
    home = new_home("home")
    home.environment = {"GUANXI_STORE": "mongodb://bob:hunter2@127.0.0.1/shop?tlsCAFile=/nowhere/ca.pem"}
    command = [sys.executable, "-m", "services", "serve", "scoring", "--home", str(home.path)]
    done = subprocess.run(
        command,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **home.environment},
        timeout=100,
        check=False,
    )
    assert done.returncode == 2
    told = (done.stdout + done.stderr).decode()
    assert "GUANXI_STORE" in told
    assert "hunter2" not in told
    assert "Traceback" not in told


def test_a_server_that_is_away_is_told_by_commands_in_one_line(new_home: Callable[[str], Home]) -> None:
    home = new_home("home")
    home.guanxi("keys", "list")  # makes the home
    home.environment = {"GUANXI_STORE": "mongodb://bob:hunter2@127.0.0.1:1/shop?serverSelectionTimeoutMS=100"}
    done = home.guanxi("keys", "list")
    assert done.returncode == 1
    assert b"store-unavailable" in done.stderr
    assert b"127.0.0.1:1" in done.stderr
    assert b"hunter2" not in done.stderr
    assert b"Traceback" not in done.stderr
