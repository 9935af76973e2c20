"""What scoring and rules answer over HTTP, about an installation that has lived for a while."""

from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.rules.api import rules_routes
from services.rules.composing import release_office
from services.rules.watcher import RulesWatcher
from services.scoring.api import last_closed_day, scoring_routes
from shared.contracts.codecs import decision_from_data
from shared.flow.state import WorkerState
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, Scope, digest_of, new_key, written
from shared.policy.said import Said
from shared.store.collections import API_KEYS, CUSTOMERS, DECISIONS, PARTITIONS, RELATIONSHIPS
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.looking import ordinal
from tests.flow.pipeline.shop import RULES, Shop, retail_events

SECRET = b"s" * 32
ROUTES = ("/v1/customers/{customer}", "/v1/relationships/{customer}", "/v1/decisions/{decision}")


@dataclass
class Asked:
    shop: Shop
    scoring: FlaskClient
    rules: FlaskClient
    watcher: RulesWatcher

    def get(self, path: str, *scopes: Scope, service: str = "") -> TestResponse:
        client = self.scoring if "/customers/" in path or service == "scoring" else self.rules
        headers = {"Authorization": f"Bearer {self.key(*scopes)}"} if scopes else {}
        return client.get(path, headers=headers)

    def key(self, *scopes: Scope) -> str:
        identity, secret = new_key()
        document = {
            "_id": identity, "name": "t", "scopes": [scope.value for scope in scopes], "status": "active",
            "hash": digest_of(identity, secret, SECRET).hex(),
        }  # fmt: skip
        self.shop.collection(API_KEYS).insert_absent([document])
        return written(identity, secret)

    def one(self, spec: Any) -> dict[str, Any]:
        return next(iter(self.shop.everything(spec)))


@pytest.fixture(scope="module")
def asked(new_shop: NewShop) -> Asked:
    shop = new_shop()
    shop.publish(retail_events(600))
    states = (shop.score().state, shop.judge().state)
    collection = shop.collection
    office = release_office(shop.store, shop.releases)
    watcher = RulesWatcher(RULES, office)
    scoring = scoring_routes(
        states[0], collection(PARTITIONS), collection(CUSTOMERS), shop.partitions, shop.reader
    )
    rules = rules_routes(
        states[1], watcher, office, collection(DECISIONS), collection(RELATIONSHIPS), board=shop.board
    )
    keys = KeyRing(collection(API_KEYS), SECRET, shop.clock)

    def client(service: str, routes: Any) -> FlaskClient:
        app = create_app(service, keys=keys)
        register(app, routes)
        return app.test_client()

    return Asked(shop, client("scoring", scoring), client("rules", rules), watcher)


def test_status_needs_no_key_and_tells_how_far_scoring_is(asked: Asked) -> None:
    answer = asked.get("/v1/status", service="scoring")
    assert answer.status_code == 200
    told = answer.get_json()
    assert (told["service"], told["processed"], told["dead_letters"]) == ("scoring", 600, 0)
    closed = min(each["closed_day"] for each in asked.shop.everything(PARTITIONS))
    assert ordinal(told["last_closed_day"]) == closed


def test_no_day_counts_as_closed_before_every_partition_has_closed_it(new_shop: NewShop) -> None:
    shop = new_shop(active=False)
    partitions = shop.collection(PARTITIONS)
    days = [ordinal("2010-05-08"), ordinal("2010-05-07")]
    partitions.insert_absent([{"_id": "0", "closed_day": days[0], "facts": {}}])
    assert last_closed_day(partitions, 2) is None
    partitions.insert_absent([{"_id": "1", "closed_day": days[1], "facts": {}}])
    assert last_closed_day(partitions, 2) == "2010-05-07"


def test_status_of_the_rules_tells_release_and_problems(asked: Asked) -> None:
    active = asked.shop.releases.active()
    assert active is not None
    english, chinese = "policies/risk.yaml:3:5 E203 unknown fact", "policies/risk.yaml:3:5 E203 未知的事实"
    asked.watcher.problems = [Said(english, chinese)]
    told = asked.get("/v1/status").get_json()
    asked.watcher.problems = ()
    assert (told["release"], told["activation"]) == (active.digest, active.number)
    assert told["problems"] == [english]
    assert told["zh"]["problems"] == [chinese]


def test_status_of_the_rules_without_any_release_says_so(new_shop: NewShop) -> None:
    shop = new_shop(active=False)
    office = release_office(shop.store, shop.releases)
    routes = rules_routes(
        WorkerState("rules", "t"), RulesWatcher(RULES, office), office,
        shop.collection(DECISIONS), shop.collection(RELATIONSHIPS), board=shop.board,
    )  # fmt: skip
    app = create_app("rules")
    register(app, routes)
    told = app.test_client().get("/v1/status").get_json()
    assert (told["release"], told["activation"]) == (None, 0)
    assert told["waiting_for"] == "its first partitions"


def test_a_customer_is_told_as_stored(asked: Asked) -> None:
    stored = asked.one(CUSTOMERS)
    told = asked.get(f"/v1/customers/{stored['_id']}", Scope.READ).get_json()
    assert told == {
        "customer": stored["_id"], "as_of": stored["state"]["as_of"], "release": stored["release"],
        "facts": stored["facts"],
    }  # fmt: skip


def test_a_decision_is_told_whole(asked: Asked) -> None:
    stored = asked.one(DECISIONS)
    told = asked.get(f"/v1/decisions/{stored['_id']}", Scope.READ).get_json()
    assert told == {name: value for name, value in stored.items() if name != "_id"}
    assert decision_from_data(told).id == stored["_id"]


def test_a_relationship_is_told_with_its_tier(asked: Asked) -> None:
    stored = asked.one(RELATIONSHIPS)
    told = asked.get(f"/v1/relationships/{stored['_id']}", Scope.READ).get_json()
    assert told == {
        "customer": stored["_id"], "tier": stored["tier"], "relationship": stored["relationship"],
    }  # fmt: skip


@pytest.mark.parametrize("route", ROUTES)
def test_without_a_key_nothing_of_a_customer_is_told(asked: Asked, route: str) -> None:
    path = route.format(customer=asked.one(CUSTOMERS)["_id"], decision=asked.one(DECISIONS)["_id"])
    answer = asked.get(path)
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")


@pytest.mark.parametrize("route", ROUTES)
def test_another_scope_than_read_is_not_enough(asked: Asked, route: str) -> None:
    path = route.format(customer=asked.one(CUSTOMERS)["_id"], decision=asked.one(DECISIONS)["_id"])
    answer = asked.get(path, Scope.EVENTS_WRITE, Scope.CLOCK)
    assert (answer.status_code, answer.content_type) == (403, "application/problem+json")


@pytest.mark.parametrize("route", ROUTES)
@pytest.mark.parametrize("name", ["nobody", "a%2Fb", "%E5%85%B3%E7%B3%BB", "x" * 3000])
def test_what_is_not_known_is_a_404_problem(asked: Asked, route: str, name: str) -> None:
    answer = asked.get(route.format(customer=name, decision=name), Scope.READ)
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.get_json()["title"]


def test_a_customer_id_may_hold_a_slash(asked: Asked) -> None:
    document = {**asked.one(CUSTOMERS), "_id": "shop/17"}
    asked.shop.collection(CUSTOMERS).insert_absent([document])
    told = asked.get("/v1/customers/shop%2F17", Scope.READ).get_json()
    asked.shop.collection(CUSTOMERS).delete_many(["shop/17"])
    assert told["customer"] == "shop/17"
