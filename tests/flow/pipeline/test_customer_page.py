"""One customer on one page: by command and over HTTP alike, personal fields hidden, worth as measured."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.__main__ import cli
from services.rules.explaining_api import explaining_routes
from shared.asking.records import Records
from shared.contracts.cloudevents import CloudEvent
from shared.explaining.archive import Archive
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, Scope
from shared.policy.engine.registry import engine_named
from shared.store.collections import API_KEYS, DECISIONS, INBOX
from shared.store.port import Query
from shared.worth.one import TOLD
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import Shop, with_markers
from tests.flow.pipeline.test_reports import SECRET, key_of
from tests.flow.pipeline.test_worth_api import two_years

NAME, PHONE = "Wang Xiaoming", "+44 20 7946 0000"
CUSTOMER = "c6"
WORDS = {
    "en": ("Tier and entitlements", "Changes of tier", "Timeline", "What would change the tier", "Worth "),
    "zh": ("等级与权益", "等级变动", "时间线", "等级变化的条件", "净现值"),
}


@dataclass
class Asked:
    shop: Shop
    client: FlaskClient
    key: str

    def get(self, query: str = "", **headers: str) -> TestResponse:
        told = {"Authorization": f"Bearer {self.key}", **headers}
        return self.client.get(f"/v1/customers/{CUSTOMER}{query}", headers=told)

    def run(self, *arguments: str) -> Result:
        environment = {"GUANXI_PARTITIONS": str(self.shop.partitions)}
        home = ["--home", str(self.shop.directory)]
        return CliRunner().invoke(cli, ["customer", CUSTOMER, *arguments, *home], env=environment)

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.exit_code == 0, done.output
        return orjson.loads(done.stdout)


@pytest.fixture(scope="module")
def asked(new_shop: NewShop) -> Asked:
    shop = new_shop()
    bought = [event for event in two_years() if event.subject]
    file = {"name": NAME, "phone": PHONE, "owner": "zhao"}
    written = CloudEvent("file", "desk", "customer.updated", CUSTOMER, "2024-01-05T10:00:00Z", file, {})
    shop.publish(with_markers([written, *bought]))
    shop.work()
    message = {
        "_id": "ntf_1", "created_at": "2025-03-01T09:00:00Z", "group": None, "customer": CUSTOMER, "day": 1,
        "route": "r", "kind": "notify", "decision": "d", "rule": "promote-core", "policy": "membership",
        "to": "zhao", "subject": {"en": "Call them", "zh": "请致电"}, "body": {"en": f"Dear {NAME}"},
    }  # fmt: skip
    shop.collection(INBOX).insert_absent([message])
    app = create_app("rules", keys=KeyRing(shop.collection(API_KEYS), SECRET, shop.clock))
    records = Records(shop.store, shop.partitions)
    register(app, explaining_routes(Archive.of(shop.store), engine_named(shop.engine), records))
    return Asked(shop, app.test_client(), key_of(shop, Scope.READ))


def test_http_and_command_tell_the_same(asked: Asked) -> None:
    told = asked.get("?margin=0.2").get_json()
    page = asked.json("--margin", "20")
    assert {name: told[name] for name in page} == page
    assert told["sheets"]


def test_the_tier_is_told_with_every_change_of_it_and_what_would_end_it(asked: Asked) -> None:
    tier = asked.json()["tier"]
    assert (tier["now"], tier["changes"][0]["change"]) == ("core", "none>core")
    assert tier["since"] == tier["changes"][0]["day"]
    assert tier["entitlements"]
    assert any(near["up"] is False and near["missing"] for near in tier["nearest"])


def test_each_field_of_the_file_is_told_with_its_age_and_whether_it_is_to_be_confirmed(asked: Asked) -> None:
    page = asked.json()
    fields = {each["field"]: each for each in page["file"]}
    age = (date.fromisoformat(page["day"]) - date(2024, 1, 5)).days
    assert age > 365
    for name in ("phone", "owner"):
        assert (fields[name]["told_on"], fields[name]["age_days"]) == ("2024-01-05", age)
    assert [name for name, each in fields.items() if each["stale"]] == ["phone", "owner"]
    assert (fields["name"]["stale_after_days"], fields["birthday"]["known"]) == (None, False)
    assert page["metrics"]["file_stale_fields"] == ["phone", "owner"]


def test_tasks_name_what_is_missing_and_what_is_to_be_confirmed_in_both_languages(asked: Asked) -> None:
    page = asked.json()
    told = [
        each for each in page["timeline"] if each["kind"] == "decision" and each["rule"] == "review-stale"
    ]
    assert told[-1]["reason"] == {
        "en": "old, and to be confirmed: Phone, Account manager",
        "zh": "已过期，待核对：电话、客户经理",
    }
    found = asked.shop.collection(DECISIONS).find(Query({"customer": CUSTOMER}, limit=1_000)).documents
    titles = {
        decision.document["rule"]: action["fields"]["title"]
        for decision in found
        for action in decision.document["actions"]
        if action["kind"] == "create_task"
    }
    assert titles["review-stale"] == {
        "en": "Confirm: Phone, Account manager",
        "zh": "核对资料：电话、客户经理",
    }
    assert titles["review-gaps"] == {"en": "Complete the file: Birthday", "zh": "补全档案：生日"}


def test_the_score_is_the_sum_of_its_lines_each_with_its_metrics(asked: Asked) -> None:
    page = asked.json()
    score = page["score"]
    assert sum(line["contribution"] for line in score["lines"]) / 100 == pytest.approx(score["value"])
    traced = {each["metric"]: each["value"] for line in score["lines"] for each in line["indicators"]}
    assert "net_spend_365d" in traced
    assert {name: page["metrics"][name] for name in traced} == pytest.approx(traced)


def test_a_customer_is_worth_their_own_revenue_kept_as_long_as_their_group_keeps_customers(
    asked: Asked,
) -> None:
    assert asked.json()["worth"] is None
    worth = asked.json("--margin", "20")["worth"]
    assert [worth["sources"][name] for name in TOLD] == [
        "measured",
        "measured",
        "given",
        "assumed",
        "assumed",
    ]
    premises = worth["premises"]
    assert premises["revenue"] == pytest.approx(
        600 * 13
    )  # pounds a purchase, every thirty days of the last year
    stay = (1 - premises["churn"]) / (1 + premises["discount"])
    assert worth["total"] == pytest.approx(premises["revenue"] * 0.2 * (1 + stay + stay**2))


def test_a_margin_that_cannot_be_is_refused(asked: Asked) -> None:
    refused = asked.get("?margin=7")
    assert (refused.status_code, refused.get_json()["code"]) == (422, "premise")
    assert asked.run("--margin", "700").exit_code == 2


def test_the_timeline_holds_events_decisions_and_messages_in_order(asked: Asked) -> None:
    life = asked.json()["timeline"]
    assert [each["time"] for each in life] == sorted((each["time"] for each in life), reverse=True)
    assert {each["kind"] for each in life} == {"event", "decision", "message"}
    (message,) = [each for each in life if each["kind"] == "message"]
    assert (message["to"], message["subject"]["en"]) == ("zhao", "Call them")


def test_personal_fields_are_hidden_unless_somebody_asks_at_the_machine(asked: Asked) -> None:
    for text in (asked.get().text, asked.get(Accept="text/html").text, asked.run().output, str(asked.json())):
        assert NAME not in text
        assert PHONE not in text
    assert asked.json("--personal")["profile"]["name"] == NAME
    assert PHONE in asked.run("--personal", "--html").output


@pytest.mark.parametrize("language", WORDS)
def test_the_page_is_told_in_both_languages_as_tables_and_as_a_page_that_needs_no_network(
    asked: Asked, language: str
) -> None:
    tables = asked.run("--margin", "20", "--language", language).output
    printed = asked.run("--margin", "20", "--language", language, "--html").stdout
    served = asked.get(f"?margin=0.2&language={language}", Accept="text/html")
    assert served.text == printed
    for words in WORDS[language]:
        assert words in tables
        assert words in printed
    assert printed.startswith("<!doctype html>")
    assert "http" not in printed
    assert served.headers["Content-Security-Policy"].startswith("default-src 'none'")
