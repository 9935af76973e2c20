"""Whom the score finds, asked over HTTP with the truth as the body: as by command, and bounded."""

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import orjson
import pytest
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.__main__ import cli
from services.rules.ranking_api import MOST_BYTES
from services.rules.reports_api import report_routes
from shared.asking.records import Records
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, Scope
from shared.store.collections import API_KEYS, CUSTOMERS
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import Shop, retail_events
from tests.flow.pipeline.test_reports import SECRET, key_of

LINES, TABLE = "application/x-ndjson", "text/csv"


@dataclass
class Asked:
    shop: Shop
    client: FlaskClient
    key: str
    truth: dict[str, bool]

    def post(self, body: bytes, kind: str = LINES, query: str = "", **headers: str) -> TestResponse:
        told = {"Authorization": f"Bearer {self.key}", "Content-Type": kind, **headers}
        return self.client.post(f"/v1/reports/ranking{query}", data=body, headers=told)

    def run(self, truth: Path, *arguments: str) -> Result:
        environment = {"GUANXI_PARTITIONS": str(self.shop.partitions)}
        home = ["--home", str(self.shop.directory)]
        command = ["report", "ranking", "--truth", str(truth), *arguments, *home]
        return CliRunner().invoke(cli, command, env=environment)


def as_lines(truth: dict[str, bool]) -> bytes:
    return b"".join(
        orjson.dumps({"customer_id": name, "loyal": said}) + b"\n" for name, said in truth.items()
    )


def as_table(truth: dict[str, bool]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([("name", "customer_id", "loyal"), *(("", *row) for row in truth.items())])
    return text.getvalue().upper().replace("CUSTOMER_ID,LOYAL", "customer_id,loyal").encode("utf-8-sig")


BODIES: dict[str, Callable[[dict[str, bool]], bytes]] = {LINES: as_lines, TABLE: as_table}


@pytest.fixture(scope="module")
def asked(new_shop: NewShop) -> Asked:
    shop = new_shop()
    shop.publish(retail_events(1_500))
    shop.work()
    app = create_app("rules", keys=KeyRing(shop.collection(API_KEYS), SECRET, shop.clock))
    register(app, report_routes(Records(shop.store, shop.partitions)))
    known = sorted(each["_id"] for each in shop.everything(CUSTOMERS))
    truth = {name: at % 3 == 0 for at, name in enumerate(known)}
    return Asked(shop, app.test_client(), key_of(shop, Scope.READ), truth)


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "suffix"), [(LINES, "jsonl"), (TABLE, "csv")])
def test_http_and_command_tell_the_same_in_every_form(
    asked: Asked, tmp_path: Path, kind: str, suffix: str
) -> None:
    body = BODIES[kind](asked.truth)
    (truth := tmp_path / f"truth.{suffix}").write_bytes(body)
    told = asked.post(body, kind, "?size=5")
    assert told.status_code == 200, told.text
    assert told.get_json()["data"] == orjson.loads(asked.run(truth, "--size", "5", "--json").stdout)
    forms = {"text/csv": "--csv", "text/html": "--html", "image/svg+xml": "--svg"}
    for accepted, option in forms.items():
        served = asked.post(body, kind, "?size=5&language=zh", Accept=accepted)
        assert served.mimetype == accepted
        assert served.text == asked.run(truth, "--size", "5", "--language", "zh", option).stdout, accepted


def test_a_table_and_json_lines_of_the_same_truth_find_the_same(asked: Asked) -> None:
    found = [asked.post(write(asked.truth), kind).get_json()["data"] for kind, write in BODIES.items()]
    assert found[0] == found[1]
    assert found[0]["sought"] == sum(asked.truth.values()) > 0


def test_the_chart_holds_a_line_for_each_choice_and_says_what_it_shows(asked: Asked) -> None:
    body = as_lines(asked.truth)
    found = asked.post(body).get_json()["data"]
    drawn = asked.post(body, Accept="image/svg+xml").text
    fromstring(drawn)
    assert f"{100 * found['by_score'][0]['share']:.0f} %" in drawn
    assert "How many of the chosen are sought: loyal" in drawn


@pytest.mark.parametrize(
    ("kind", "body", "told"),
    [
        (LINES, b"customer_id", "line 1"),
        (LINES, b'{"customer_id": "1", "loyal": "yes"}', "not true or false"),
        (LINES, b'{"customer_id": "no/body", "loyal": true}', "anything is recorded"),
        (LINES, b"", "anything is recorded"),
        (TABLE, b"customer_id,liked\n1,true\n", "no column loyal"),
        (TABLE, b"customer_id,loyal\n1,perhaps\n", "not true or false"),
        (TABLE, b"customer_id,loyal\n,true\n", "no customer_id"),
        (TABLE, b"customer_id,loyal\n1\n", "not true or false"),
        (TABLE, b"customer_id,loyal\n\xff,true\n", "not UTF-8"),
        (TABLE, b"customer_id,loyal\n" + b"x" * 200_000 + b",true\n", "field larger"),
        (TABLE, b"", "no column"),
    ],
)
def test_a_truth_that_cannot_be_read_is_refused_with_its_line(
    asked: Asked, kind: str, body: bytes, told: str
) -> None:
    refused = asked.post(body, kind)
    assert (refused.status_code, refused.get_json()["code"]) == (422, "misasked")
    assert told in refused.get_json()["detail"]


def test_a_truth_of_another_kind_is_told_what_to_send(asked: Asked) -> None:
    refused = asked.post(b"x", "application/x-www-form-urlencoded")
    assert refused.status_code == 415
    assert TABLE in refused.get_json()["detail"]


@pytest.mark.parametrize("query", ["?size=0", "?mnoth=1", "?metric=weather"])
def test_what_is_asked_wrongly_is_refused(asked: Asked, query: str) -> None:
    assert asked.post(as_lines(asked.truth), query=query).status_code == 422


def test_a_truth_may_be_larger_than_other_requests_but_not_without_bound(asked: Asked) -> None:
    line = as_lines(asked.truth).splitlines(keepends=True)[0]
    large = asked.post(line * (MOST_BYTES // len(line)))
    assert (large.status_code, large.get_json()["data"]["customers"]) == (200, 1)
    refused = asked.post(b"x" * (MOST_BYTES + 1))
    assert (refused.status_code, refused.content_type) == (413, "application/problem+json")
    assert f"{MOST_BYTES:,} bytes" in refused.get_json()["detail"]


def test_asking_needs_a_key_that_may_read(asked: Asked) -> None:
    other: dict[str, Any] = {"Authorization": f"Bearer {key_of(asked.shop, Scope.EVENTS_WRITE)}"}
    assert asked.client.post("/v1/reports/ranking").status_code == 401
    assert asked.client.post("/v1/reports/ranking", headers=other).status_code == 403
