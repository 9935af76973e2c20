"""Worth over HTTP as by command: the same premises, the same reckoning, the same refusals."""

import re
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.__main__ import cli
from services.rules.worth_api import worth_routes
from shared.asking.pricing import NoReportError
from shared.asking.records import Records
from shared.backtest.report import digest
from shared.contracts.cloudevents import CloudEvent
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, Scope
from shared.store.collections import API_KEYS
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import RULES, Shop, with_markers
from tests.flow.pipeline.test_reports import SECRET, key_of
from tests.unit.backtest.trying import BAR

GIVEN = {"margin": 0.2, "acquisition_cost": 50, "churn": 0.3}
OPTIONS = ("--margin", "20", "--acquisition-cost", "50", "--churn", "30")


@dataclass
class Asked:
    shop: Shop
    client: FlaskClient
    key: str

    def post(self, body: Any, path: str = "/v1/worth", **headers: str) -> TestResponse:
        return self.client.post(path, json=body, headers={"Authorization": f"Bearer {self.key}", **headers})

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers={"Authorization": f"Bearer {self.key}"})

    def run(self, *arguments: str) -> Result:
        environment = {"GUANXI_PARTITIONS": str(self.shop.partitions)}
        return CliRunner().invoke(
            cli, ["worth", "--home", str(self.shop.directory), *arguments], env=environment
        )


def two_years() -> list[CloudEvent]:
    """Customer n buys n hundred pounds' worth each month; the first two stop after ten months."""
    first = datetime(2024, 1, 10, 12, tzinfo=timezone.utc)
    bought = [
        (first + timedelta(days=30 * month), customer)
        for month in range(24)
        for customer in range(1, 7)
        if month < 10 or customer > 2
    ]
    return with_markers(
        [
            CloudEvent(f"p{number}", "shop", "purchase", f"c{customer}", f"{when:%Y-%m-%dT%H:%M:%SZ}",
                       {"amount": 10_000 * customer}, {})
            for number, (when, customer) in enumerate(bought)
        ]
    )  # fmt: skip


@pytest.fixture(scope="module")
def asked(new_shop: NewShop) -> Asked:
    shop = new_shop()
    shop.publish(two_years())
    shop.work()
    app = create_app("rules", keys=KeyRing(shop.collection(API_KEYS), SECRET, shop.clock))
    register(app, worth_routes(Records(shop.store, shop.partitions)))
    return Asked(shop, app.test_client(), key_of(shop, Scope.READ))


@pytest.mark.parametrize("more", [{}, {"by": "importance"}])
def test_http_and_command_give_the_same_answer(asked: Asked, more: dict[str, str]) -> None:
    scenarios = ["churn -4 points", "dearer: acquisition_cost +10 percent, revenue +20 percent"]
    told = asked.post({"premises": GIVEN, "scenarios": scenarios, **more})
    assert told.status_code == 200, told.text
    options = [word for text in scenarios for word in ("--scenario", text)]
    printed = asked.run(*OPTIONS, *options, *(f"--{name}={value}" for name, value in more.items()), "--json")
    assert printed.exit_code == 0, printed.output
    assert told.get_json()["data"] == orjson.loads(printed.stdout)
    assert told.get_json()["data"]["groups"]


def test_what_is_measured_is_what_the_reckoning_stands_on(asked: Asked) -> None:
    (measured,) = asked.get("/v1/worth/premises").get_json()["groups"]
    (group,) = asked.post({"premises": GIVEN}).get_json()["data"]["groups"]
    assert (measured["customers"], measured["bought_before"], measured["stayed"]) == (4, 6, 4)
    for name in ("customers", "revenue"):
        assert group["sources"][name] == "measured"
        assert group["worth"]["premises"][name] == pytest.approx(measured[name])


def test_groups_stand_side_by_side_with_their_scenarios_and_add_up(asked: Asked) -> None:
    told = asked.post({"premises": GIVEN, "by": "importance"}).get_json()
    by_group, by_scenario = told["sheets"]
    groups = told["data"]["groups"]
    assert [row[0] for row in by_group["rows"]] == [*(each["group"] for each in groups), "all"]
    assert [row[0] for row in by_scenario["rows"]] == [row[0] for row in by_group["rows"]]
    total = float(by_group["rows"][-1][-1].split()[0].replace(",", ""))
    assert total == pytest.approx(sum(each["total"] for each in groups), abs=0.01)


def test_a_chinese_reader_gets_chinese_words(asked: Asked) -> None:
    told = asked.post({"premises": GIVEN}, path="/v1/worth?language=zh")
    assert told.headers["Content-Language"] == "zh"
    assert {"逐年", "假设情景", "盈亏平衡", "敏感度"} <= {
        sheet["title"] for sheet in told.get_json()["sheets"]
    }


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"premises": {"churn": 0.3}}, "premise"),  # no event tells margin and acquisition cost
        ({"premises": {**GIVEN, "churn": 1.3}}, "premise"),
        ({"premises": GIVEN, "scenarios": ["chrun -4 points"]}, "premise"),
        ({"premises": GIVEN, "by": "colour"}, "misasked"),
    ],
)
def test_what_cannot_be_is_refused_and_named(asked: Asked, body: Any, code: str) -> None:
    told = asked.post(body)
    assert told.status_code == 422
    assert told.get_json()["code"] == code


def test_an_unknown_premise_is_refused(asked: Asked) -> None:
    told = asked.post({"premises": {**GIVEN, "chrun": 0.1}})
    assert told.status_code == 422
    assert "chrun" in told.text


def test_no_answer_without_a_key_that_reads(asked: Asked) -> None:
    assert asked.client.post("/v1/worth", json={"premises": GIVEN}).status_code == 401
    stranger = {"Authorization": f"Bearer {key_of(asked.shop, Scope.EVENTS_WRITE)}"}
    assert asked.client.post("/v1/worth", json={"premises": GIVEN}, headers=stranger).status_code == 403


# -- a backtest priced


@pytest.fixture(scope="module")
def report(asked: Asked, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a far higher bar would have done to these customers."""
    candidate = tmp_path_factory.mktemp("candidate") / "rules"
    shutil.copytree(RULES, candidate)
    policy = candidate / "policies" / "membership.yaml"
    text = policy.read_text(encoding="utf-8")
    assert text.count(BAR) == 1
    policy.write_text(text.replace(BAR, BAR.replace("63", "95")), encoding="utf-8")
    told = candidate.parent / "report.json"
    options = [
        "--candidate",
        str(candidate),
        "--json",
        "--output",
        str(told),
        "--home",
        str(asked.shop.directory),
    ]
    done = CliRunner().invoke(
        cli, ["backtest", *options], env={"GUANXI_PARTITIONS": str(asked.shop.partitions)}
    )
    assert told.exists(), done.exception or done.output
    return told


def test_a_backtest_is_priced_by_what_is_measured_and_says_what_it_assumes(
    asked: Asked, report: Path
) -> None:
    told = asked.run("--backtest", str(report), "--margin", "20", "--json")
    assert told.exit_code == 0, told.output
    bill, counted = orjson.loads(told.stdout), orjson.loads(report.read_bytes())
    assert bill["report"] == counted["digest"]
    assert sum(group["lost"] for group in bill["groups"]) == len(counted["tiers"]["lost"]) > 0
    assert bill["value"] < 0
    assert bill["net_a_year"] == pytest.approx(bill["value_a_year"] - bill["cost_a_year"])
    assert bill["effect_source"] == "assumed"
    (premises,) = bill["premises"]
    assert (premises["sources"]["churn"], premises["sources"]["margin"]) == ("measured", "given")
    rise = sum(row["candidate_cost"] - row["base_cost"] for row in counted["actions"]) / 100
    assert bill["cost"] == pytest.approx(rise)


def test_the_bill_is_told_in_chinese_by_group(asked: Asked, report: Path) -> None:
    told = asked.run("--backtest", str(report), "--margin", "20", "--by", "importance", "--language", "zh")
    assert told.exit_code == 0, told.output
    assert {"改动每年的价值", "会员增减", "依据"} <= set(re.findall(r"[\u4e00-\u9fff]+", told.stdout))


def test_the_bill_is_a_page_that_needs_no_network(asked: Asked, report: Path) -> None:
    page = asked.run("--backtest", str(report), "--margin", "20", "--html").stdout
    assert page.startswith("<!doctype html>")
    assert "net a year" in page
    assert "http" not in page


def test_over_http_the_bill_is_the_same(asked: Asked, report: Path) -> None:
    body = {
        "premises": {"margin": 0.2},
        "report": orjson.loads(report.read_bytes()),
        "effect": "churn -2 points",
    }
    told = asked.post(body, path="/v1/worth/backtest")
    assert told.status_code == 200, told.text
    options = ("--backtest", str(report), "--margin", "20", "--effect", "churn -2 points")
    assert told.get_json()["data"] == orjson.loads(asked.run(*options, "--json").stdout)


def test_a_file_that_is_no_report_is_refused(asked: Asked, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"format": 1}')
    told = asked.run("--backtest", str(other), "--margin", "20")
    assert isinstance(told.exception, NoReportError)
    assert asked.post({"report": {"format": 1}}, path="/v1/worth/backtest").get_json()["code"] == "no-report"


def test_a_report_that_was_changed_or_lacks_something_is_refused(asked: Asked, report: Path) -> None:
    whole = orjson.loads(report.read_bytes())
    changed = {**whole, "moved": whole["moved"] + 1}
    lacking = {**whole, "tiers": {}}
    lacking["digest"] = digest(lacking)
    for each in (changed, lacking):
        told = asked.post({"report": each, "premises": {"margin": 0.2}}, path="/v1/worth/backtest")
        assert (told.status_code, told.get_json()["code"]) == (422, "no-report")


def test_options_that_do_not_go_together_are_refused(asked: Asked, report: Path) -> None:
    for arguments in (("--effect", "churn -1 points"), ("--backtest", str(report), "--scenario", "years +1")):
        told = asked.run(*OPTIONS, *arguments)
        assert told.exit_code == 2
        assert "--effect" in told.output
