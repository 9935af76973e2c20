"""What decisions led to stands in a customer's timeline: what went out, what failed, what was held back.

Everything happens for real: rules decide, notification plans, and a receiver answers as it pleases.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pymongo
import pytest
from click.testing import CliRunner
from flask import Flask
from werkzeug.test import TestResponse

from services.__main__ import cli
from services.notification.cancelling import cancel_owed
from services.notification.channels.file import FileChannel
from services.notification.channels.webhook import WebhookChannel
from services.notification.delivery import Dispatcher
from services.notification.sealing import SecretBox
from services.notification.subscribers import Subscribers
from services.notification.subscriptions import Subscription
from services.rules.explaining_api import explaining_routes
from shared.asking.records import Records
from shared.contracts.cloudevents import CloudEvent
from shared.explaining.archive import Archive
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, Scope
from shared.policy.engine.registry import engine_named
from shared.store.collections import API_KEYS, DELIVERIES, SUBSCRIPTIONS
from tests.flow.notification.conftest import LOOPBACK, OpenGate, Receiver, receiving, status
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import Shop, with_markers
from tests.flow.pipeline.test_reports import SECRET, key_of
from tests.flow.pipeline.test_worth_api import two_years
from tests.servers.mongo_fixture import with_database

CUSTOMER = "c6"
REFUSING = "c5"
ROUTE = "tier-changes"


@dataclass
class Told:
    """An installation whose customers became members, with subscribers of every kind of luck."""

    shop: Shop
    app: Flask
    key: str
    kinds: dict[str, str]  # subscription → how it fares

    def get(self, customer: str, **headers: str) -> TestResponse:
        told = {"Authorization": f"Bearer {self.key}", **headers}
        return self.app.test_client().get(f"/v1/customers/{customer}", headers=told)

    def timeline(self, customer: str, kind: str) -> list[dict[str, Any]]:
        timeline = self.get(customer).get_json()["timeline"]
        return [each for each in timeline if each["kind"] == kind]

    def by_luck(self) -> dict[str, dict[str, Any]]:
        """The delivery of the change of tier to each subscriber."""
        found = [each for each in self.timeline(CUSTOMER, "delivery") if each["route"] == ROUTE]
        return {self.kinds[each["subscription"]]: each for each in found}


@pytest.fixture(scope="module", params=["sqlite", pytest.param("mongo", marks=pytest.mark.slow)])
def store_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the installation keeps its documents; nothing: in its directory."""
    if request.param == "sqlite":
        yield ""
        return
    server, name = request.getfixturevalue("mongo_url"), f"guanxi-test-contacts-{os.getpid()}"
    yield with_database(server, name)
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(server)
    client.drop_database(name)
    client.close()


@pytest.fixture(scope="module")
def told(store_url: str, new_shop: NewShop, tmp_path_factory: pytest.TempPathFactory) -> Told:
    shop = new_shop(store_url=store_url)
    events = [event for event in two_years() if event.subject]
    files = [
        CloudEvent(f"file-{customer}", "desk", "customer.updated", customer, "2024-01-05T10:00:00Z", data, {})
        for customer, data in ((CUSTOMER, {"owner": "zhao"}), (REFUSING, {"contact_consent": False}))
    ]
    shop.publish(with_markers([*files, *events]))
    shop.work()
    with receiving() as well, receiving() as ill, receiving() as gone:
        ill.answers, gone.answers = [status(500)], [status(410)]
        kinds = send(shop, tmp_path_factory.mktemp("sink"), well, ill, gone)
    app = create_app("rules", keys=KeyRing(shop.collection(API_KEYS), SECRET, shop.clock))
    records = Records(shop.store, shop.partitions)
    register(app, explaining_routes(Archive.of(shop.store), engine_named(shop.engine), records))
    return Told(shop, app, key_of(shop, Scope.READ), kinds)


def send(shop: Shop, sink: Path, well: Receiver, ill: Receiver, gone: Receiver) -> dict[str, str]:
    """Subscribe, plan, and try once to send everything; one subscriber is removed before its turn."""
    box = SecretBox(b"k" * 32)
    subscribers = Subscribers(shop.collection(SUBSCRIPTIONS), box, shop.clock)

    def hook(receiver: Receiver) -> Subscription:
        return subscribers.add_webhook(receiver.url, [ROUTE], LOOPBACK)[0]

    lucky = {"well": hook(well), "ill": hook(ill), "gone": hook(gone)}
    lucky["file"] = subscribers.add_file(str(sink / "told.jsonl"), [ROUTE])
    lucky["removed"] = subscribers.add_file(str(sink / "removed.jsonl"), [ROUTE])
    lucky["idle"] = subscribers.add_file(str(sink / "idle.jsonl"), [ROUTE])
    shop.notify()
    dispatcher = Dispatcher(
        shop.collection(DELIVERIES), subscribers,
        {"webhook": WebhookChannel(box, shop.clock), "file": FileChannel()}, OpenGate(), shop.clock,
    )  # fmt: skip
    for name in ("well", "ill", "gone", "file"):
        dispatcher.drain(lucky[name].id)
    subscribers.remove(lucky["removed"].id)
    cancel_owed(dispatcher.deliveries, lucky["removed"].id)
    return {subscription.id: name for name, subscription in lucky.items()}


def test_every_delivery_tells_route_channel_and_how_it_stands(told: Told) -> None:
    found = told.by_luck()
    stands = {name: (each["channel"], each["state"], each["attempts"]) for name, each in found.items()}
    assert stands == {
        "well": ("webhook", "delivered", 1),
        "ill": ("webhook", "waiting", 1),
        "gone": ("webhook", "failed", 1),
        "file": ("file", "delivered", 1),
        "removed": ("file", "cancelled", 0),
        "idle": ("file", "waiting", 0),
    }
    assert found["ill"]["reason"].startswith("500")
    assert found["ill"]["until"] > found["ill"]["last_attempt_at"]
    assert found["gone"]["reason"].startswith("410")
    assert found["well"]["subject"]["en"].startswith(f"{CUSTOMER}: ")
    assert found["well"]["rule"] == "promote-core"


def test_what_was_ordered_and_not_done_is_told_with_its_reason(told: Told) -> None:
    held = told.timeline(REFUSING, "held")
    assert "no_consent" in {each["reason"] for each in held if each["what"].startswith("task:")}
    decided = {each["id"]: each["time"] for each in told.timeline(REFUSING, "decision")}
    known = [each for each in held if each["decision"] in decided]
    assert known
    assert all(each["time"] == decided[each["decision"]] for each in known)


def test_everything_stands_in_the_order_of_its_time(told: Told) -> None:
    timeline = told.get(CUSTOMER).get_json()["timeline"]
    times = [each["time"] for each in timeline]
    assert times == sorted(times, reverse=True)
    assert {"delivery", "message", "decision", "event"} <= {each["kind"] for each in timeline}


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", (
            f"webhook to zhao, route {ROUTE}", "delivered at 2026-01-01 00:00",
            "waits, tried 1 × (500", "given up, tried 1 × (410",
            "cancelled, nobody subscribes any more", "waits to be sent",
        )),
        ("zh", (
            f"webhook 发给 zhao（路由 {ROUTE}）", "已于 2026-01-01 00:00 送达", "等待重试，已失败 1 次（500",
            "尝试 1 次后放弃（410", "已取消，订阅已删除", "等待发送",
        )),
    ],
)  # fmt: skip
def test_the_page_says_so_in_words(told: Told, language: str, words: tuple[str, ...]) -> None:
    page = told.get(CUSTOMER, Accept="text/html", Accept_Language=language).text
    tables = str(told.get(CUSTOMER, **{"Accept-Language": language}).get_json()["sheets"])
    for each in words:
        assert each in tables
    assert "timeline" in page.lower() or "时间线" in page


def test_what_was_held_back_is_told_in_words(told: Told) -> None:
    english, chinese = (
        str(told.get(REFUSING, **{"Accept-Language": language}).get_json()["sheets"])
        for language in ("en", "zh")
    )
    assert "the customer does not agree to be contacted" in english
    assert "客户不同意联系" in chinese


def test_the_command_tells_the_same(told: Told) -> None:
    environment = {"GUANXI_PARTITIONS": str(told.shop.partitions)}
    if told.shop.store_url:
        environment["GUANXI_STORE"] = told.shop.store_url
    command = ["customer", CUSTOMER, "--json", "--home", str(told.shop.directory)]
    done = CliRunner().invoke(cli, command, env=environment)
    assert done.exit_code == 0, done.output
    assert orjson.loads(done.stdout)["timeline"] == told.get(CUSTOMER).get_json()["timeline"]
