"""Reports of an installation that has lived for a while: over HTTP as by command, and balanced."""

import csv
import io
import re
from dataclasses import dataclass
from xml.etree.ElementTree import fromstring

import orjson
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.__main__ import cli
from services.rules.reports_api import report_routes
from shared.asking.answers import REPORTS
from shared.asking.records import Records
from shared.contracts.cloudevents import CloudEvent
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, Scope, digest_of, new_key, written
from shared.store.collections import API_KEYS
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import Shop, retail_events

SECRET = b"s" * 32
SVG = "{http://www.w3.org/2000/svg}"
NAME, PHONE = "Wang Xiaoming", "+44 20 7946 0000"


@dataclass
class Asked:
    shop: Shop
    client: FlaskClient
    key: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers={"Authorization": f"Bearer {self.key}", **headers})

    def run(self, *arguments: str) -> Result:
        environment = {"GUANXI_PARTITIONS": str(self.shop.partitions)}
        home = ["--home", str(self.shop.directory)]
        return CliRunner().invoke(cli, ["report", *arguments, *home], env=environment)


@pytest.fixture(scope="module")
def asked(new_shop: NewShop) -> Asked:
    shop = new_shop()
    shop.publish([*retail_events(1_500), *told_of("13085")])
    shop.work()
    app = create_app("rules", keys=KeyRing(shop.collection(API_KEYS), SECRET, shop.clock))
    register(app, report_routes(Records(shop.store, shop.partitions)))
    return Asked(shop, app.test_client(), key_of(shop, Scope.READ))


def told_of(customer: str) -> list[CloudEvent]:
    """A file, a recommendation and what came of it, and care; amounts in pence."""
    told = (
        ("customer.updated", {"name": NAME, "phone": PHONE, "owner": "zhao"}),
        ("referral.made", {}),
        ("referral.converted", {"amount": 12_050}),
        ("care.given", {"cost": 725}),
    )
    return [
        CloudEvent(f"told-{number}", "desk", kind, customer, f"2010-01-05T10:0{number}:00Z", data, {})
        for number, (kind, data) in enumerate(told)
    ]


def key_of(shop: Shop, *scopes: Scope) -> str:
    identity, secret = new_key()
    document = {
        "_id": identity, "name": "t", "scopes": [scope.value for scope in scopes], "status": "active",
        "hash": digest_of(identity, secret, SECRET).hex(),
    }  # fmt: skip
    shop.collection(API_KEYS).insert_absent([document])
    return written(identity, secret)


@pytest.mark.slow
@pytest.mark.parametrize("name", REPORTS)
def test_http_and_command_give_the_same_data_and_the_same_csv(asked: Asked, name: str) -> None:
    told = asked.get(f"/v1/reports/{name}")
    assert told.status_code == 200, told.text
    printed = asked.run(name, "--json")
    assert printed.exit_code == 0, printed.output
    assert told.get_json()["data"] == orjson.loads(printed.output)
    assert asked.get(f"/v1/reports/{name}", Accept="text/csv").text == asked.run(name, "--csv").output


@pytest.mark.parametrize("name", REPORTS)
def test_every_report_is_a_table_of_even_rows_in_both_languages(asked: Asked, name: str) -> None:
    english, chinese = (
        asked.get(f"/v1/reports/{name}?language={language}").get_json()["sheets"] for language in ("en", "zh")
    )
    assert [sheet["title"] for sheet in english] != [sheet["title"] for sheet in chinese]
    for sheet in (*english, *chinese):
        assert {len(row) for row in sheet["rows"]} <= {len(sheet["headers"]) or 2}, sheet["title"]
    rows = list(csv.reader(io.StringIO(asked.get(f"/v1/reports/{name}", Accept="text/csv").text)))
    assert tuple(rows[0]) == tuple(english[0]["headers"])


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_report_is_drawn_alike_over_http_and_by_command(asked: Asked, name: str, language: str) -> None:
    drawn = asked.get(f"/v1/reports/{name}.svg?language={language}")
    assert drawn.status_code == 200, drawn.text
    assert drawn.mimetype == "image/svg+xml"
    assert drawn.text == asked.run(name, "--svg", "--language", language).output
    root = fromstring(drawn.text)
    assert root.tag == f"{SVG}svg"
    figures = root.findall(f"{SVG}g")
    assert all(figure.findtext(f"{SVG}title") and figure.findtext(f"{SVG}desc") for figure in figures)
    assert len(figures) >= 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_report_is_the_same_page_over_http_as_by_command(asked: Asked, language: str) -> None:
    served = asked.get(f"/v1/reports/circle?language={language}", Accept="text/html")
    assert served.text == asked.run("circle", "--html", "--language", language).output
    assert served.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_chart_of_what_no_report_knows_is_refused(asked: Asked) -> None:
    assert asked.get("/v1/reports/weather.svg").status_code == 404
    assert asked.get("/v1/reports/churn.svg?month=june").status_code == 422


def test_uplift_over_http_takes_what_the_command_takes(asked: Asked) -> None:
    told = asked.get("/v1/reports/uplift?days=30&measure=buyers&by=segment").get_json()["data"]
    printed = asked.run("uplift", "--days", "30", "--measure", "buyers", "--by", "segment", "--json")
    assert (told["days"], told["measure"]) == (30, "buyers")
    assert told == orjson.loads(printed.output)
    assert asked.get("/v1/reports/uplift?measure=smiles").status_code == 422
    assert asked.get("/v1/reports/uplift?by=name").status_code == 422


def test_a_report_is_a_page_that_needs_no_network(asked: Asked) -> None:
    page = asked.run("digest", "--html", "--language", "zh").output
    assert page.startswith("<!doctype html>")
    assert "管理者摘要" in page
    assert "http" not in page


def test_in_every_month_opening_and_entered_less_left_is_closing(asked: Asked) -> None:
    told = asked.get("/v1/reports/circle").get_json()
    months = told["data"]["months"]
    assert any(month["entered"] for month in months)
    assert told["problems"] == []
    for month in months:
        assert month["opening"] + month["entered"] - month["left"] == month["closing"]


def test_everybody_stands_in_one_stage_and_decisions_led_there(asked: Asked) -> None:
    told = asked.get("/v1/reports/lifecycle").get_json()
    assert told["problems"] == []
    stages = told["data"]["stages"]
    assert sum(stage["customers"] for stage in stages) == told["data"]["customers"] > 0


@pytest.mark.slow
def test_no_report_prints_what_a_file_says(asked: Asked) -> None:
    files = asked.get("/v1/reports/files")
    assert (
        next(each for each in files.get_json()["data"]["fields"] if each["field"] == "phone")["customers"]
        == 1
    )
    for name in REPORTS:
        text = asked.get(f"/v1/reports/{name}").text
        assert NAME not in text
        assert PHONE not in text


def test_recommendations_and_costs_that_publishers_told_are_counted(asked: Asked) -> None:
    (recommender,) = asked.get("/v1/reports/referrals").get_json()["data"]["recommenders"]
    assert (recommender["customer"], recommender["converted"], recommender["value"]) == ("13085", 1, 120.5)
    profit = asked.get("/v1/reports/pareto?margin=30").get_json()["data"]
    assert ["care.given", 7.25] in profit["costs"]


def test_what_is_asked_wrongly_is_told_alike(asked: Asked) -> None:
    told = asked.get("/v1/reports/churn?month=june")
    assert (told.status_code, told.get_json()["code"]) == (422, "misasked")
    printed = asked.run("churn", "--month", "june")
    assert isinstance(printed.exception, Exception)
    assert "expected a month such as 2011-06" in f"{printed.exception}"
    assert asked.get("/v1/reports/weather").status_code == 404
    assert asked.get("/v1/reports/circle?mnoth=2010-01").status_code == 422


def test_reports_need_a_key_that_may_read(asked: Asked) -> None:
    other = key_of(asked.shop, Scope.EVENTS_WRITE)
    for path in ("/v1/reports", "/v1/reports/circle"):
        assert asked.client.get(path).status_code == 401
        assert asked.client.get(path, headers={"Authorization": f"Bearer {other}"}).status_code == 403
    names = asked.get("/v1/reports").get_json()["reports"]
    assert [each["name"] for each in names if each["method"] == "GET"] == list(REPORTS)
    assert [each["name"] for each in names if each["method"] == "POST"] == ["ranking"]


ENGLISH = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")
NAMES_IN_DATA = re.compile(rf"{NAME}|United Kingdom|`[^`]*`")


@pytest.mark.parametrize("name", [name for name in REPORTS if name != "ranking"])
def test_a_report_in_chinese_has_no_english_sentence(asked: Asked, name: str) -> None:
    told = asked.run(name, "--language", "zh")

    assert told.exit_code == 0, told.output
    assert ENGLISH.findall(NAMES_IN_DATA.sub("", told.output)) == []
