"""`POST /v1/rules/test`: the results of `guanxi rules test`, for files that are sent or a stored release."""

import json
from dataclasses import dataclass
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.rules.cli import rules
from services.rules.testing_api import rule_test_routes
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, Scope, digest_of, new_key, written
from shared.policy.release import Sources, build
from shared.policy.testing.files import load_tests
from shared.releases.reader import ReleaseReader
from shared.store.collections import API_KEYS, RELEASES
from tests.unit.policy_testing.bench import RULES, shipped, suite
from tests.unit.rules_service.conftest import Office

SECRET = b"s" * 32
ONE = "- {name: at it, given: li, expect: {change_tier: core}}"


@dataclass
class Desk:
    """The route over one installation in which the shipped rules are active."""

    client: FlaskClient
    office: Office

    def key(self, scope: Scope) -> str:
        identity, secret = new_key()
        document = {
            "_id": identity, "name": "t", "scopes": [scope.value], "status": "active",
            "hash": digest_of(identity, secret, SECRET).hex(),
        }  # fmt: skip
        self.office.store.collection(API_KEYS).insert_absent([document])
        return written(identity, secret)

    def ask(self, body: Any, scope: Scope = Scope.READ) -> TestResponse:
        key = self.key(scope)
        return self.client.post("/v1/rules/test", json=body, headers={"Authorization": f"Bearer {key}"})


@pytest.fixture
def desk(office: Office) -> Desk:
    bundle = build(shipped()).bundle
    assert bundle is not None
    office.releases.activate(office.releases.store(bundle, shipped()), "test")
    ring = KeyRing(office.store.collection(API_KEYS), SECRET, office.clock)
    app = create_app("rules", keys=ring)
    register(app, rule_test_routes(ReleaseReader(office.store.collection(RELEASES))))
    return Desk(app.test_client(), office)


def sent(sources: Sources) -> dict[str, str]:
    return dict(sources.files)


def test_the_active_release_is_tested_unless_another_is_named(desk: Desk) -> None:
    body = {"tests": sent(suite(ONE))}
    active = desk.ask(body).get_json()

    assert (active["passed"], active["counts"]) == (True, {"passed": 1, "failed": 0})
    assert desk.ask({**body, "release": active["release"]}).get_json() == active
    assert desk.ask({**body, "release": "0" * 64}).status_code == 404


def test_rule_files_that_are_sent_are_tested_without_being_stored(desk: Desk) -> None:
    files = dict(shipped().files)
    path = "policies/membership.yaml"
    files[path] = files[path].replace("score: at least 63", "score: at least 64")

    answer = desk.ask({"tests": sent(suite(ONE)), "files": files}, Scope.EDITOR).get_json()

    assert not answer["passed"]
    assert answer["results"][0]["failures"][0]["message"] == "expected change_tier: core, got nothing"
    assert (
        desk.ask({"tests": {"tests/a.test.yaml": "suite: a"}, "release": answer["release"]}).status_code
        == 404
    )


@pytest.mark.slow
def test_the_answer_is_what_the_command_line_prints_as_json(desk: Desk) -> None:
    tests = {"tests/review.test.yaml": (RULES / "tests/review.test.yaml").read_text()}
    body = {"tests": tests, "files": dict(shipped().files), "mutate": "review", "coverage": True}

    asked = ["test", str(RULES), "--suite", "review.test", "--format", "json", "--mutate", "--coverage"]
    printed = json.loads(CliRunner().invoke(rules, [*asked, "--policy", "review"]).stdout)
    answered = desk.ask(body).get_json()

    assert answered["mutation"] == printed["mutation"] | {"survivors": []}
    assert [each["name"] for each in answered["results"]] == [each["name"] for each in printed["results"]]
    assert answered["coverage"]["percent"] == printed["coverage"]["percent"]


@pytest.mark.slow
def test_slips_nobody_notices_come_with_the_test_that_would(desk: Desk) -> None:
    body = {"tests": sent(suite(ONE)), "mutate": "membership", "suggest": True}

    answer = desk.ask(body).get_json()

    assert answer["mutation"]["noticed"] < answer["mutation"]["slips"]
    assert any("coverage 49 percent" in each["text"] for each in answer["suggestions"])


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"tests": {}}, 422),
        ({"tests": {"policies/a.yaml": "x: 1"}}, 422),
        ({"tests": {"tests/../a.test.yaml": "x: 1"}}, 422),
        ({"tests": {"tests/a.test.yaml": "x: 1"}, "files": {"policy.yaml": "x: 1"}}, 422),
        ({"tests": {"tests/a.test.yaml": "x: 1"}, "files": {}, "release": "0" * 64}, 422),
        ({"tests": {"tests/a.test.yaml": "x: 1"}, "suggest": True}, 422),
        ({"tests": {"tests/a.test.yaml": "x: 1"}, "mutate": "nobody"}, 404),
    ],
)
def test_what_cannot_be_run_is_refused_with_the_reason(desk: Desk, body: Any, status: int) -> None:
    answer = desk.ask(body)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


def test_timelines_that_would_take_minutes_are_refused(desk: Desk) -> None:
    long = "\n".join(
        f"- {{name: t{n}, given: li, timeline: [{{at: +4000d, expect: {{nothing: true}}}}]}}"
        for n in range(26)
    )

    answer = desk.ask({"tests": sent(suite(long))})

    assert (answer.status_code, answer.get_json()["code"]) == (422, "too-long")


@pytest.mark.slow
def test_the_shipped_tests_fit_into_one_request(desk: Desk) -> None:
    answer = desk.ask({"tests": sent(load_tests(RULES)), "files": dict(shipped().files)})

    assert answer.status_code == 200
    assert answer.get_json()["passed"]


def test_without_a_key_nothing_is_run(desk: Desk) -> None:
    assert desk.client.post("/v1/rules/test", json={"tests": sent(suite(ONE))}).status_code == 401
    assert desk.ask({"tests": sent(suite(ONE))}, Scope.EVENTS_WRITE).status_code == 403
