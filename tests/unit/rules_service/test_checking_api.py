"""`POST /v1/rules/check`: the same codes, places and words as `guanxi rules check`."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from services.rules.checking_api import rule_check_routes
from services.rules.cli import rules
from shared.clock import SystemClock
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, Scope, digest_of, new_key, written
from shared.policy.release import load_directory
from shared.store.collections import API_KEYS
from shared.store.open import open_store

SMALL = Path(__file__).parents[2] / "language" / "small"
SECRET = b"s" * 32
SWING = """  - id: promote-spender
    title: {en: Try}
    when:
      all:
        - tier: is none
        - spend_365d: at least 9000 GBP
    then:
      - change_tier: {to: core}
    priority: 30
"""


class Desk:
    """The route behind keys."""

    def __init__(self, folder: Path) -> None:
        self.keys = open_store(f"sqlite:///{folder}/").collection(API_KEYS)
        app = create_app("rules", keys=KeyRing(self.keys, SECRET, SystemClock()))
        register(app, rule_check_routes())
        self.client: FlaskClient = app.test_client()

    def ask(self, body: Any, *, scope: Scope = Scope.READ) -> TestResponse:
        identity, secret = new_key()
        hashed = digest_of(identity, secret, SECRET).hex()
        document = {"_id": identity, "name": "t", "scopes": [scope.value], "status": "active", "hash": hashed}
        self.keys.insert_absent([document])
        headers = {"Authorization": f"Bearer {written(identity, secret)}"}
        return self.client.post("/v1/rules/check", json=body, headers=headers)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def files(more: str = "") -> dict[str, str]:
    found = dict(load_directory(SMALL).files)
    found["policies/membership.yaml"] += more
    return found


def test_valid_files_are_answered_with_their_digest(desk: Desk) -> None:
    answer = desk.ask({"files": files()})

    assert answer.status_code == 200
    assert answer.json is not None
    assert answer.json["problems"] == []
    assert len(answer.json["digest"]) == 64


def test_problems_are_those_of_the_command_line_with_place_words_and_customer(
    desk: Desk, tmp_path: Path
) -> None:
    folder = tmp_path / "rules"
    for path, text in files(SWING).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")

    answer = desk.ask({"files": files(SWING)})
    printed = orjson.loads(CliRunner().invoke(rules, ["check", str(folder), "--format", "json"]).stdout)

    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    (told,) = answer.json["errors"]
    (row,) = printed
    assert told["code"] == "E303"
    assert told["customer"] == {"tier": "none", "spend_365d": "9000 GBP", "score": "59"}
    assert {name: told[name] for name in row if name != "file"} == {
        n: v for n, v in row.items() if n != "file"
    }


def test_a_file_that_has_no_place_is_told_and_not_read(desk: Desk) -> None:
    answer = desk.ask({"files": {**files(), "../../etc/passwd.yaml": "x: 1"}})

    assert answer.status_code == 422
    assert answer.json is not None
    assert {error["code"] for error in answer.json["errors"]} == {"E104"}


@pytest.mark.parametrize("body", [{}, {"files": {}}, {"files": {"policy.yaml": 3}}, {"files": {}, "more": 1}])
def test_a_request_without_files_is_refused(desk: Desk, body: Any) -> None:
    assert desk.ask(body).status_code == 422


def test_only_keys_that_may_read_or_edit_may_ask(desk: Desk) -> None:
    assert desk.ask({"files": files()}, scope=Scope.EDITOR).status_code == 200
    assert desk.ask({"files": files()}, scope=Scope.EVENTS_WRITE).status_code == 403
    assert desk.client.post("/v1/rules/check", json={"files": files()}).status_code == 401
