"""The life of a release and the stopping of rules over HTTP, with real keys, real problems and ETags."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.ingest.keys import ApiKeys
from services.rules.composing import switch_desk
from services.rules.release_api import release_routes
from services.rules.switch_api import switch_routes
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, Scope
from shared.policy.release import load_directory
from shared.releases.people import SERVICE
from shared.store.collections import API_KEYS, DECISIONS
from tests.unit.rules_service.conftest import Office, office_of

SECRET = b"s" * 32
MEMBERSHIP = "policies/membership.yaml"


class Caller:
    """Calls the rules service with the key of one person."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client, self.headers = client, {"Authorization": f"Bearer {token}"}

    def __call__(self, method: str, path: str, *, if_match: str = "", **given: Any) -> TestResponse:
        headers = {**self.headers, **({"If-Match": if_match} if if_match else {})}
        return self.client.open(f"/v1{path}", method=method, headers=headers, **given)


class Place:
    """An installation in mode approved with a release active; anna edits, bao and carl approve."""

    def __init__(self, directory: Path) -> None:
        self.office = Office(directory)
        self.office.edit("policy.yaml", "order:", "activation: {mode: approved, needs: [check]}\norder:")
        use_cases = office_of(self.office)
        keys = KeyRing(self.office.store.collection(API_KEYS), SECRET, self.office.clock)
        app = create_app("rules", keys=keys)
        register(app, release_routes(use_cases, self.office.store.collection(DECISIONS)))
        register(app, switch_routes(switch_desk(self.office.store, self.office.clock)))
        self.client = app.test_client()
        self.anna = self.person("anna", Scope.READ, Scope.EDITOR, Scope.APPROVER)
        self.bao, self.carl = (self.person(name, Scope.APPROVER) for name in ("bao", "carl"))
        first = use_cases.propose(load_directory(self.office.rules), SERVICE).release
        self.first = self.office.releases.activate(first, "first").digest

    def person(self, name: str, *scopes: Scope) -> Caller:
        keys = ApiKeys(self.office.store.collection(API_KEYS), SECRET, self.office.clock)
        return Caller(self.client, keys.create(name, scopes).token)

    def files(self, bar: int = 61) -> dict[str, str]:
        files = dict(load_directory(self.office.rules).files)
        files[MEMBERSHIP] = files[MEMBERSHIP].replace("less than 60", f"less than {bar}")
        return files


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    opened = Place(tmp_path)
    yield opened
    opened.office.close()


@pytest.fixture
def proposed(place: Place) -> str:
    answer = place.anna("POST", "/releases", json={"files": place.files(), "note": "higher bar"})
    assert answer.status_code == 201
    return str(answer.json["release"])


def code(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.json["code"]


def test_a_release_goes_all_the_way_and_back(place: Place, proposed: str) -> None:
    assert place.anna("POST", f"/releases/{proposed}/evidence", json={}).json["missing"] == ["approval"]
    approved = place.bao("POST", f"/releases/{proposed}/approvals", json={"note": "looked"})
    assert (approved.status_code, approved.json["approved_by"]) == (201, ["bao"])
    active = place.bao("POST", f"/releases/{proposed}/activation", json={})
    assert (active.status_code, active.json["number"], active.json["by"]) == (201, 2, "bao")
    back = place.carl("POST", "/rollback", json={"reason": "oops"})
    assert (back.json["activation"]["release"], back.json["activation"]["kind"]) == (place.first, "rollback")
    assert back.json["aftermath"]["decisions"] == 0
    stages = {each["release"]: each["stage"] for each in place.anna("GET", "/releases").json["releases"]}
    assert stages == {place.first: "active", proposed: "superseded"}


def test_refusals_carry_the_codes_of_the_command_line(place: Place, proposed: str) -> None:
    early = place.bao("POST", f"/releases/{proposed}/approvals", json={})
    assert code(early) == (409, "release-incomplete")
    assert early.json["missing"] == ["check", "dry-run"]
    place.anna("POST", f"/releases/{proposed}/evidence", json={})
    own = place.anna("POST", f"/releases/{proposed}/approvals", json={})
    assert code(own) == (403, "author-cannot-approve")
    assert code(place.bao("POST", f"/releases/{proposed}/activation", json={})) == (409, "release-incomplete")
    assert code(place.anna("GET", "/releases/ffffffff")) == (404, "unknown-release")
    emergency = {"emergency": True, "reason": "now"}
    editor = place.person("dora", Scope.EDITOR)
    assert code(editor("POST", f"/releases/{proposed}/activation", json=emergency)) == (403, "role-missing")


def test_files_with_faults_are_refused_with_every_problem(place: Place) -> None:
    files = place.files()
    files[MEMBERSHIP] = files[MEMBERSHIP].replace("- score: at least", "- scorre: at least")
    answer = place.anna("POST", "/releases", json={"files": files})
    assert code(answer) == (422, "invalid-release")
    assert {error["code"] for error in answer.json["errors"]} == {"E203"}


def test_who_acts_on_an_outdated_state_gets_412(place: Place, proposed: str) -> None:
    seen = place.anna("GET", f"/releases/{proposed}").headers["ETag"]
    place.anna("POST", f"/releases/{proposed}/evidence", json={})
    stale = place.bao("POST", f"/releases/{proposed}/approvals", json={}, if_match=seen)
    assert code(stale) == (412, "changed-meanwhile")
    fresh = place.anna("GET", f"/releases/{proposed}").headers["ETag"]
    again = place.bao("POST", f"/releases/{proposed}/approvals", json={}, if_match=fresh)
    assert again.status_code == 201
    old = place.carl("POST", f"/releases/{proposed}/activation", json={}, if_match=fresh)
    assert code(old) == (412, "changed-meanwhile")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/releases"),
        ("POST", "/rollback"),
        ("POST", "/rules/demote-core/pause"),
        ("POST", "/silences"),
    ],
)
def test_a_key_that_only_reads_changes_nothing(place: Place, method: str, path: str) -> None:
    reader = place.person("rea", Scope.READ)
    assert code(reader(method, path, json={})) == (403, "forbidden")
    assert place.client.open(f"/v1{path}", method=method, json={}).status_code == 401


def test_differences_are_told_in_both_languages(place: Place, proposed: str) -> None:
    (found,) = place.anna("GET", f"/releases/{proposed}/differences").json["differences"]
    assert (found["change"], found["kind"]) == ("changed", "rule")
    assert any(line.startswith("+ ") and "less than 61" in line for line in found["lines"]["en"])
    assert any(line.startswith("+ ") and "低于 61" in line for line in found["lines"]["zh"])


def test_a_rule_is_paused_once_and_goes_on(place: Place) -> None:
    rule = place.anna("GET", "/rules").json["rules"][0]["rule"]
    done = [place.anna("POST", f"/rules/{rule}/pause", json={"reason": "odd"}) for _ in range(2)]
    assert [each.json["number"] for each in done] == [1, 1]
    (held,) = place.anna("GET", "/rules").json["rules"][0]["held_by"]
    assert (held["kind"], held["by"], held["reason"]) == ("pause", "anna", "odd")
    assert place.bao("DELETE", f"/rules/{rule}/pause?reason=fine").status_code == 200
    assert code(place.bao("DELETE", f"/rules/{rule}/pause?reason=fine")) == (409, "not-held")
    assert code(place.anna("POST", "/rules/nobody/pause", json={"reason": "x"})) == (404, "unknown-rule")


def test_a_silence_is_tried_set_and_ended(place: Place) -> None:
    tried = place.anna("GET", "/silences/preview?customer=li")
    assert (tried.json["decisions"], tried.json["days"]) == (0, 30)
    wanted = {"customer": "li", "reason": "in mourning", "until": "2026-01-02T00:00:00Z"}
    number = place.anna("POST", "/silences", json=wanted).json["number"]
    assert [each["number"] for each in place.anna("GET", "/silences").json["silences"]] == [number]
    assert place.anna("DELETE", f"/silences/{number}?reason=over").status_code == 200
    assert place.anna("GET", "/silences").json["silences"] == []
    for wrong in ({**wanted, "until": "2025-01-01T00:00:00Z"}, {**wanted, "customer": ""}):
        assert code(place.anna("POST", "/silences", json=wrong)) == (422, "bad-silence")
