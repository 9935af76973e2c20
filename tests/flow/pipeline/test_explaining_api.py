"""Why, why not and what if over HTTP, about an installation that has lived for a while."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.rules.explaining_api import explaining_routes
from shared.asking.records import Records
from shared.explaining.archive import Archive
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, Scope, digest_of, new_key, written
from shared.policy.engine.registry import engine_named
from shared.store.collections import API_KEYS, DECISIONS, RELATIONSHIPS
from shared.store.port import Replacement
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import Shop, retail_events

SECRET = b"s" * 32
READS = (
    "/v1/decisions/{decision}/explanation",
    "/v1/customers/{customer}",
    "/v1/customers/{customer}/why-not/promote-core",
    "/v1/customers/{customer}/score-history",
)
POSTS = ("/v1/decisions/{decision}/replay", "/v1/customers/{customer}/what-if")


@dataclass
class Asked:
    shop: Shop
    client: FlaskClient
    decision: dict[str, Any]
    customer: str
    key: str

    def path(self, route: str) -> str:
        return route.format(decision=self.decision["_id"], customer=self.customer)

    def get(self, route: str, **headers: str) -> TestResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.get(self.path(route), headers={"Authorization": f"Bearer {self.key}", **named})

    def post(self, route: str, body: Any = None) -> TestResponse:
        return self.client.post(self.path(route), json=body, headers={"Authorization": f"Bearer {self.key}"})


@pytest.fixture(scope="module")
def asked(new_shop: NewShop) -> Asked:
    shop = new_shop()
    shop.publish(retail_events(1_500))
    shop.work()
    app = create_app("rules", keys=KeyRing(shop.collection(API_KEYS), SECRET, shop.clock))
    register(
        app,
        explaining_routes(
            Archive.of(shop.store), engine_named(shop.engine), Records(shop.store, shop.partitions)
        ),
    )
    decision = next(each for each in shop.everything(DECISIONS) if each["outcome"] == "fired")
    return Asked(shop, app.test_client(), decision, decision["customer"], key_of(shop, Scope.READ))


def key_of(shop: Shop, scope: Scope) -> str:
    identity, secret = new_key()
    document = {
        "_id": identity, "name": "t", "scopes": [scope.value], "status": "active",
        "hash": digest_of(identity, secret, SECRET).hex(),
    }  # fmt: skip
    shop.collection(API_KEYS).insert_absent([document])
    return written(identity, secret)


@pytest.fixture
def changed(asked: Asked) -> Any:
    """Changes the decision in the store, and puts it back."""
    kept = asked.shop.collection(DECISIONS).get_many([asked.decision["_id"]])[asked.decision["_id"]]
    versions = [kept.version]

    def change(**fields: Any) -> None:
        replacement = Replacement({**asked.decision, **fields}, versions[-1])
        assert not asked.shop.collection(DECISIONS).replace([replacement])
        versions.append(versions[-1] + 1)

    yield change
    change()


def test_a_decision_is_explained_in_the_language_that_is_asked_for(asked: Asked) -> None:
    english, chinese = asked.get(READS[0]), asked.get(READS[0], Accept_Language="zh-CN,zh;q=0.9,en;q=0.5")
    assert english.get_json()["decision"] == asked.decision["_id"]
    assert [sheet["title"] for sheet in english.get_json()["sheets"]][1] == "Conditions"
    assert [sheet["title"] for sheet in chinese.get_json()["sheets"]][1] == "条件"
    assert chinese.headers["Content-Language"] == "zh"
    assert asked.get(READS[0] + "?language=zh").get_json() == chinese.get_json()


def test_who_has_the_explanation_already_is_told_so(asked: Asked) -> None:
    tag = asked.get(READS[0]).headers["ETag"]
    again = asked.get(READS[0], If_None_Match=tag)
    assert (again.status_code, again.data) == (304, b"")


def test_a_decision_is_made_again_identically(asked: Asked) -> None:
    told = asked.post(POSTS[0]).get_json()
    assert (told["result"], told["differences"]) == ("identical", [])


def test_a_decision_that_was_changed_in_the_store_is_found_out(
    asked: Asked, changed: Callable[..., None]
) -> None:
    changed(reason={"en": "because"})
    told = asked.post(POSTS[0]).get_json()
    assert told["result"] == "different"
    assert told["differences"][0]["pointer"].startswith("/reason")


def test_why_a_rule_does_not_act_is_told_with_what_would_have_to_change(asked: Asked) -> None:
    told = asked.get(READS[2]).get_json()
    assert (told["customer"], told["rule"]) == (asked.customer, "promote-core")
    assert told["obstacles"]
    assert {leaf["fact"] for leaf in told["turn"]} <= {leaf["fact"] for leaf in told["leaves"]}


def test_what_would_come_is_told_beside_what_comes_anyway(asked: Asked) -> None:
    supposed = {"score": "99", "orders_365d": "50", "net_spend_365d": "90000 GBP", "coverage": "90 percent"}
    told = asked.post(POSTS[1], {"facts": supposed, "days": 3}).get_json()
    came = [each for each in told["decisions"] if each["tier_change"] == "none>core"]
    assert [(each["change"], each["days"]) for each in came] == [("comes", 0)]
    assert told["tier"] == {"now": "none", "without": "none", "supposed": "core"}


def test_nothing_that_is_tried_is_kept(asked: Asked) -> None:
    def kept() -> list[Any]:
        return [list(asked.shop.everything(spec)) for spec in (RELATIONSHIPS, DECISIONS)]

    before = kept()
    assert asked.post(POSTS[1], {"facts": {"tier": "core"}}).status_code == 200
    assert kept() == before


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"scor": "1"}, "did you mean"),
        ({"net_spend_365d": "5000"}, "has no unit"),
        ({"tier": "gold"}, "one of"),
        ({"entitlements": "x"}, "follows from other facts"),
    ],
)
def test_what_cannot_be_supposed_is_a_problem_that_says_what_can(
    asked: Asked, facts: dict[str, str], told: str
) -> None:
    answer = asked.post(POSTS[1], {"facts": facts})
    assert (answer.status_code, answer.content_type) == (422, "application/problem+json")
    assert told in answer.get_json()["detail"]


@pytest.mark.parametrize("body", [{}, {"facts": {}}, {"facts": {"score": "1"}, "days": 0}, {"fact": {}}])
def test_a_body_that_is_not_as_declared_is_a_problem(asked: Asked, body: Any) -> None:
    assert asked.post(POSTS[1], body).status_code == 422


def test_a_customer_is_told_on_one_page(asked: Asked) -> None:
    told = asked.get(READS[1]).get_json()
    score = told["score"]
    assert sum(line["contribution"] for line in score["lines"]) / 100 == pytest.approx(score["value"])
    times = [entry["time"] for entry in told["timeline"]]
    assert times == sorted(times, reverse=True)
    assert {entry["kind"] for entry in told["timeline"]} == {"event", "decision"}
    assert told["tier"]["now"] == "none"
    assert "promote-core" in {near["rule"] for near in told["tier"]["nearest"]}


def test_every_change_of_a_score_is_the_sum_of_what_moved_it(asked: Asked) -> None:
    told = asked.get(READS[3]).get_json()
    now = asked.get(READS[1]).get_json()["score"]
    assert told["score"] == now["value"] == pytest.approx(sum(part["adds"] for part in told["traits"]))
    assert told["changes"]
    after = told["score"]
    for change in told["changes"]:
        assert change["after"] == after
        assert sum(move["adds"] for move in change["moves"]) == pytest.approx(change["change"])
        after = change["before"]
    assert [sheet["title"] for sheet in told["sheets"]] == ["Score history", "Score"]
    assert asked.get(READS[3] + "?language=zh").get_json()["sheets"][0]["title"] == "总分变化"


@pytest.mark.parametrize("route", READS + POSTS)
def test_without_a_key_that_may_read_nothing_is_told(asked: Asked, route: str) -> None:
    method = asked.client.get if route in READS else asked.client.post
    other = {"Authorization": f"Bearer {key_of(asked.shop, Scope.EVENTS_WRITE)}"}
    assert method(asked.path(route), json={} if route in POSTS else None).status_code == 401
    assert method(asked.path(route), headers=other).status_code == 403


@pytest.mark.parametrize("route", READS + POSTS)
def test_who_is_not_known_is_a_404_problem(asked: Asked, route: str) -> None:
    path = route.format(decision="d0", customer="no/body")
    answer = asked.get(path) if route in READS else asked.post(path, {"facts": {"score": "1"}})
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_a_rule_that_does_not_exist_is_a_404_problem_with_the_nearest_name(asked: Asked) -> None:
    answer = asked.get("/v1/customers/{customer}/why-not/promote-cor")
    assert answer.status_code == 404
    assert "promote-core" in answer.get_json()["detail"]
