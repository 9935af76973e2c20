"""Who sees personal fields over HTTP: a key with scope personal, and every reading is in the log."""

from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from flask import Flask
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from services.__main__ import cli
from services.rules.api import rules_routes
from services.rules.composing import release_office
from services.rules.explaining_api import explaining_routes
from services.rules.watcher import RulesWatcher
from services.scoring.api import scoring_routes
from shared.asking.records import Records
from shared.contracts.cloudevents import CloudEvent
from shared.explaining.archive import Archive
from shared.flow.state import WorkerState
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, Scope
from shared.http.personal import READ
from shared.policy.engine.registry import engine_named
from shared.store.collections import API_KEYS, CUSTOMERS, DECISIONS, PARTITIONS, RELATIONSHIPS
from shared.store.port import Replacement
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import RULES, Shop, with_markers
from tests.flow.pipeline.test_reports import SECRET, key_of
from tests.flow.pipeline.test_worth_api import two_years

NAME, PHONE, BIRTHDAY, NOTE = "Wang Xiaoming", "+44 20 7946 0000", "03-17", "asked after his daughter"
CUSTOMER = "c6"
PAGE = f"/v1/customers/{CUSTOMER}"
WHY_NOT = f"{PAGE}/why-not/care-birthday"


@dataclass
class Asked:
    shop: Shop
    apps: dict[str, Flask]
    keys: dict[bool, str]  # by whether they may see personal fields

    def get(self, path: str, personal: bool, service: str = "rules", **headers: str) -> TestResponse:
        told = {"Authorization": f"Bearer {self.keys[personal]}", **headers}
        return self.apps[service].test_client().get(path, headers=told)

    def run(self, *arguments: str) -> Any:
        command = [*arguments, "--home", str(self.shop.directory), "--json"]
        done = CliRunner().invoke(cli, command, env={"GUANXI_PARTITIONS": str(self.shop.partitions)})
        assert done.exit_code == 0, done.output
        return orjson.loads(done.stdout)


@pytest.fixture(scope="module")
def asked(new_shop: NewShop) -> Asked:
    shop = new_shop()
    file = {"name": NAME, "phone": PHONE, "birthday": BIRTHDAY}
    told = (("customer.updated", file), ("contact.made", {"note": NOTE}))
    written = [
        CloudEvent(f"told-{number}", "desk", kind, CUSTOMER, f"2024-01-05T10:0{number}:00Z", data, {})
        for number, (kind, data) in enumerate(told)
    ]
    shop.publish(with_markers([*written, *(event for event in two_years() if event.subject)]))
    shop.work()
    collection = shop.collection
    office = release_office(shop.store, shop.releases)
    routes = {
        "scoring": [
            scoring_routes(
                WorkerState("s", "t"), collection(PARTITIONS), collection(CUSTOMERS), 2, shop.reader
            )
        ],
        "rules": [
            rules_routes(
                WorkerState("r", "t"), RulesWatcher(RULES, office), office, collection(DECISIONS),
                collection(RELATIONSHIPS), board=shop.board,
            ),
            explaining_routes(
                Archive.of(shop.store), engine_named(shop.engine), Records(shop.store, shop.partitions)
            ),
        ],
    }  # fmt: skip
    apps = {}
    for service, blueprints in routes.items():
        apps[service] = create_app(service, keys=KeyRing(collection(API_KEYS), SECRET, shop.clock))
        for blueprint in blueprints:
            register(apps[service], blueprint)
    keys = {False: key_of(shop, Scope.READ), True: key_of(shop, Scope.READ, Scope.PERSONAL)}
    return Asked(shop, apps, keys)


@pytest.mark.parametrize("accept", ["application/json", "text/html"])
def test_only_a_key_with_the_scope_sees_the_file_and_what_was_noted(asked: Asked, accept: str) -> None:
    hidden, shown = (asked.get(PAGE, personal, Accept=accept).text for personal in (False, True))
    for value in (NAME, PHONE, BIRTHDAY, NOTE):
        assert value not in hidden
        assert value in shown


def test_http_with_the_scope_tells_what_the_command_tells_at_the_machine(asked: Asked) -> None:
    told, printed = asked.get(PAGE, True).get_json(), asked.run("customer", CUSTOMER, "--personal")
    assert {name: told[name] for name in printed} == printed
    why = asked.get(WHY_NOT, True).get_json()
    printed = asked.run("explain", CUSTOMER, "--why-not", "care-birthday", "--personal")
    assert {name: why[name] for name in printed} == printed


def test_why_a_rule_does_not_act_hides_how_near_a_birthday_is(asked: Asked) -> None:
    hidden, shown = (asked.get(WHY_NOT, personal).get_json() for personal in (False, True))
    leaves = [[leaf for leaf in told["leaves"] if leaf["fact"] == "birthday"] for told in (hidden, shown)]
    assert (leaves[0][0]["value"], leaves[0][0]["margin"]) == ("profile:birthday", None)
    assert isinstance(leaves[1][0]["value"], int)
    assert f"{leaves[1][0]['value']} days away" in str(shown["sheets"])
    assert "days away" not in str(hidden["sheets"])


def test_what_is_supposed_of_a_personal_fact_is_shown_beside_what_is_known(asked: Asked) -> None:
    def changes(personal: bool) -> list[dict[str, Any]]:
        told = {"Authorization": f"Bearer {asked.keys[personal]}"}
        body = {"facts": {"birthday": "12-24"}, "days": 1}
        answer = asked.apps["rules"].test_client().post(f"{PAGE}/what-if", json=body, headers=told)
        assert answer.status_code == 200, answer.text
        return list(answer.get_json()["changes"])

    assert changes(True) == [{"fact": "birthday", "now": BIRTHDAY, "supposed": "12-24"}]
    assert changes(False) == [{"fact": "birthday", "now": "profile:birthday", "supposed": "profile:birthday"}]


def test_scoring_tells_facts_of_the_file_by_name_only(asked: Asked) -> None:
    hidden, shown = (asked.get(PAGE, personal, "scoring").get_json()["facts"] for personal in (False, True))
    assert (hidden["name"], shown["name"]) == ("profile:name", NAME)
    assert {name for name in shown if hidden[name] != shown[name]} == {"name", "phone", "birthday"}


def test_a_field_that_the_release_no_longer_knows_may_be_personal_too(asked: Asked) -> None:
    collection = asked.shop.collection(CUSTOMERS)
    found = collection.get_many([CUSTOMER])[CUSTOMER]
    changed = {**found.document, "facts": {**found.document["facts"], "nickname": NAME}}
    assert not collection.replace([Replacement(changed, found.version)])
    hidden, shown = (asked.get(PAGE, personal, "scoring").get_json()["facts"] for personal in (False, True))
    assert not collection.replace([Replacement(found.document, found.version + 1)])
    assert (hidden["nickname"], shown["nickname"]) == ("profile:nickname", NAME)


def test_a_relationship_hides_what_its_rules_saw_of_the_file(asked: Asked) -> None:
    collection = asked.shop.collection(RELATIONSHIPS)
    found = collection.get_many([CUSTOMER])[CUSTOMER]
    seen = {**found.document["relationship"], "previous": {"review": {"phone": PHONE, "score": 70}}}
    assert not collection.replace([Replacement({**found.document, "relationship": seen}, found.version)])
    hidden, shown = (
        asked.get(f"/v1/relationships/{CUSTOMER}", personal).get_json()["relationship"]["previous"]
        for personal in (False, True)
    )
    assert not collection.replace([Replacement(found.document, found.version + 1)])
    assert hidden == {"review": {"phone": "profile:phone", "score": 70}}
    assert shown == {"review": {"phone": PHONE, "score": 70}}


@pytest.mark.parametrize(("path", "service"), [(PAGE, "rules"), (WHY_NOT, "rules"), (PAGE, "scoring")])
def test_every_reading_is_logged_with_who_and_of_whom_but_never_what(
    asked: Asked, path: str, service: str
) -> None:
    with capture_logs() as lines:
        answer = asked.get(path, True, service)
    (line,) = [each for each in lines if each["event"] == READ]
    assert (line["by"], line["customer"]) == ("t", CUSTOMER)
    assert line["key_id"] in asked.keys[True]
    assert not any(value in str(line) for value in (NAME, PHONE, BIRTHDAY, NOTE))
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_key_without_the_scope_leaves_no_line_and_may_keep_the_answer(asked: Asked) -> None:
    with capture_logs() as lines:
        answer = asked.get(PAGE, False)
    assert [each for each in lines if each["event"] == READ] == []
    assert answer.headers["Cache-Control"] == "private, no-cache"


def test_who_is_not_known_is_not_read_of(asked: Asked) -> None:
    with capture_logs() as lines:
        assert asked.get("/v1/customers/nobody", True).status_code == 404
    assert lines == []


def test_the_scope_alone_opens_nothing(asked: Asked) -> None:
    told = {"Authorization": f"Bearer {key_of(asked.shop, Scope.PERSONAL)}"}
    assert asked.apps["rules"].test_client().get(PAGE, headers=told).status_code == 403
