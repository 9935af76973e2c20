import http.client
import json
import time
from datetime import datetime, timezone
from functools import partial
from threading import Event, Thread

import pytest
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from shared.clock import ManualClock
from shared.errors import BusUnavailableError, NoSpaceError, RefusedError
from shared.http.access import needs, principal, public
from shared.http.app import create_app, openapi, register
from shared.http.granian_serving import GranianServer, serve_fast
from shared.http.keys import KeyRing, Scope, digest_of, new_key, written
from shared.http.problems import ProblemError
from shared.http.serving import AddressRefusedError, serve_in_thread
from shared.store.port import Versioned

SECRET = b"s" * 32
CLOCK = ManualClock(datetime(2026, 1, 1, tzinfo=timezone.utc))


class Question(Schema):
    size = fields.Integer(required=True)


class KeysInMemory:
    def __init__(self):
        self.documents = {}
        self.lookups = 0

    def get_many(self, ids):
        self.lookups += 1
        return {id_: Versioned(self.documents[id_], 1) for id_ in ids if id_ in self.documents}

    def add(self, *scopes, **fields_):
        identity, secret = new_key()
        digest = digest_of(identity, secret, SECRET).hex()
        scopes = [scope.value for scope in scopes]
        self.documents[identity] = {
            "_id": identity, "name": "shop", "scopes": scopes, "hash": digest, "status": "active", **fields_
        }  # fmt: skip
        return written(identity, secret)


def routes():
    blueprint = Blueprint("things", __name__, url_prefix="/v1")

    @blueprint.get("/fail/<kind>")
    @blueprint.response(200)
    @public
    def fail(kind):
        raise {
            "crash": ValueError("the password is hunter2"),
            "away": BusUnavailableError("no answer", retry_after_s=7),
            "full": NoSpaceError("disk full"),
            "refused": RefusedError("wrong", pointer="/a"),
            "own": ProblemError(409, "in-flight", "Conflict", "still working"),
        }[kind]

    @blueprint.post("/ask")
    @blueprint.arguments(Question)
    @blueprint.response(200)
    @needs(Scope.READ)
    def ask(question):
        return {"size": question["size"], "caller": principal().name}

    @blueprint.get("/unmarked")
    @blueprint.response(200)
    def unmarked():
        return {}

    return blueprint


@pytest.fixture
def keys():
    return KeysInMemory()


@pytest.fixture
def app(keys):
    app = create_app("testing", keys=KeyRing(keys, SECRET, CLOCK), max_body_bytes=1000, clock=CLOCK)
    register(app, routes())
    return app


@pytest.fixture
def client(app):
    return app.test_client()


def assert_problem(response, status, code):
    assert response.status_code == status
    assert response.content_type == "application/problem+json"
    body = json.loads(response.data)
    assert (body["status"], body["code"], body["type"]) == (status, code, f"urn:guanxi:problem:{code}")
    assert b"Traceback" not in response.data
    return body


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("away", 503, "bus-unavailable"),
        ("full", 507, "no-space"),
        ("refused", 422, "refused"),
        ("own", 409, "in-flight"),
    ],
)
def test_every_error_of_guanxi_becomes_a_problem_document(client, kind, status, code):
    assert_problem(client.get(f"/v1/fail/{kind}"), status, code)


def test_an_outage_says_when_to_come_back(client):
    assert client.get("/v1/fail/away").headers["Retry-After"] == "7"


def test_a_crash_tells_nothing_of_its_cause(client):
    body = assert_problem(client.get("/v1/fail/crash"), 500, "internal")
    assert "hunter2" not in str(body)


def test_an_unknown_path_and_a_wrong_method_are_problems(client):
    assert_problem(client.get("/nowhere"), 404, "not-found")
    response = client.post("/healthz")
    assert_problem(response, 405, "method-not-allowed")
    assert "GET" in response.headers["Allow"]


def test_the_trace_of_the_caller_is_told_back(client):
    trace = "0af7651916cd43dd8448eb211c80319c"
    response = client.get("/nowhere", headers={"traceparent": f"00-{trace}-b7ad6b7169203331-01"})
    assert json.loads(response.data)["trace_id"] == trace


def test_a_wrong_field_is_named_with_a_json_pointer(client, keys):
    headers = {"Authorization": f"Bearer {keys.add(Scope.READ)}"}
    body = assert_problem(
        client.post("/v1/ask", json={"size": "x", "other": 1}, headers=headers), 422, "invalid"
    )
    assert {error["pointer"] for error in body["errors"]} == {"/size", "/other"}


def test_a_body_above_the_limit_is_refused(client, keys):
    headers = {"Authorization": f"Bearer {keys.add(Scope.READ)}"}
    assert_problem(client.post("/v1/ask", json={"size": "x" * 2000}, headers=headers), 413, "too-large")


def test_without_a_key_nothing_but_public_routes_answers(client):
    response = client.post("/v1/ask", json={"size": 1})
    assert_problem(response, 401, "unauthenticated")
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert_problem(client.get("/v1/unmarked"), 401, "unauthenticated")


def test_a_route_that_nobody_marked_is_closed_to_every_key(client, keys):
    headers = {"Authorization": f"Bearer {keys.add(*Scope)}"}
    assert_problem(client.get("/v1/unmarked", headers=headers), 403, "forbidden")


def test_a_key_opens_only_what_its_scopes_name(client, keys):
    right, wrong = keys.add(Scope.READ), keys.add(Scope.ADMIN)
    assert client.post("/v1/ask", json={"size": 1}, headers={"X-API-Key": right}).json["caller"] == "shop"
    assert_problem(client.post("/v1/ask", json={"size": 1}, headers={"X-API-Key": wrong}), 403, "forbidden")


@pytest.mark.parametrize(
    "spoil", [lambda key: key[:-1] + "!", lambda key: "gx_nobody_x", lambda key: "gx__", str.upper]
)
def test_a_key_that_differs_in_anything_is_refused(client, keys, spoil):
    headers = {"X-API-Key": spoil(keys.add(Scope.READ))}
    assert_problem(client.post("/v1/ask", json={"size": 1}, headers=headers), 401, "unauthenticated")


def test_a_revoked_key_stops_within_seconds_and_a_cached_one_costs_no_lookup(keys):
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=timezone.utc))
    ring = KeyRing(keys, SECRET, clock)
    token = keys.add(Scope.READ)
    assert ring.authenticate(token)
    assert ring.authenticate(token)
    assert keys.lookups == 1
    keys.documents[token.split("_")[1]]["status"] = "revoked"
    clock.advance(6)
    assert ring.authenticate(token) is None


def test_an_expired_key_is_refused_at_the_second(keys):
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=timezone.utc))
    ring = KeyRing(keys, SECRET, clock)
    token = keys.add(Scope.READ, expires_at="2026-01-01T00:00:01Z")
    assert ring.authenticate(token)
    clock.advance(1)
    assert ring.authenticate(token) is None


def test_readiness_names_what_is_missing_and_health_does_not_care():
    def missing():
        raise BusUnavailableError("the bus does not answer")

    client = create_app("testing", checks={"bus": missing, "store": lambda: None}).test_client()
    assert client.get("/healthz").status_code == 200
    body = assert_problem(client.get("/readyz"), 503, "not-ready")
    assert body["errors"] == [{"code": "bus", "detail": "the bus does not answer"}]


def test_requests_are_counted_by_route(client):
    client.get("/healthz")
    assert 'route="/healthz"' in client.get("/metrics").text


def test_the_api_documents_errors_as_problems(app):
    document = openapi(app)
    assert document["openapi"] == "3.1.0"
    error = document["components"]["responses"]["DEFAULT_ERROR"]
    assert list(error["content"]) == ["application/problem+json"]


@pytest.mark.parametrize(
    "serve", [serve_in_thread, partial(serve_fast, threads=2)], ids=["waitress", "granian"]
)
class TestServing:
    def test_a_server_on_port_zero_knows_its_port_and_frees_it(self, serve, app):
        server = serve(app, "127.0.0.1", 0)
        assert get(server, "/healthz") == 200
        server.close()
        with pytest.raises(ConnectionRefusedError):
            get(server, "/healthz")

    def test_a_port_that_is_taken_is_an_error_not_shared(self, serve, app):
        server = serve(app, "127.0.0.1", 0)
        with pytest.raises(AddressRefusedError, match="GUANXI_<SERVICE>_PORT"):
            serve(app, "127.0.0.1", server.port)
        server.close()

    def test_a_request_under_way_is_answered_before_the_server_is_closed(self, serve):
        began = Event()

        def slow(_environ, start):
            began.set()
            time.sleep(0.3)
            start("200 OK", [("Content-Length", "0")])
            return [b""]

        server = serve(slow, "127.0.0.1", 0)
        answers = []
        asking = Thread(target=lambda: answers.append(get(server, "/")))
        asking.start()
        began.wait(5)
        server.close()
        asking.join(5)
        assert answers == [200]

    def test_the_sender_of_a_body_that_is_too_large_can_read_why(self, serve, app, keys):
        server = serve(app, "127.0.0.1", 0)
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
        headers = {"X-API-Key": keys.add(Scope.READ), "Content-Type": "application/json"}
        connection.request("POST", "/v1/ask", b" " * 3_000_000, headers)
        assert connection.getresponse().status == 413
        connection.close()
        server.close()


def get(server, path):
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    finally:
        connection.close()


def test_granian_can_be_embedded_in_the_version_that_is_installed(app):
    server = serve_fast(app, "127.0.0.1", 0, threads=1)
    server.close()
    assert isinstance(server, GranianServer)
