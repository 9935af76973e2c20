"""Making, rotating, listing and ending API keys, by the command and against the running service."""

from datetime import datetime, timedelta, timezone

import orjson
import pytest
from click.testing import CliRunner

from services.ingest.keys import ApiKeys
from services.ingest.keys_cli import keys
from shared.clock import ManualClock
from shared.errors import RefusedError
from shared.http.keys import KeyRing, Scope
from shared.store.collections import API_KEYS
from shared.store.open import open_store

SECRET = b"s" * 32
EVENT = {
    "customer_id": "c", "source": "s", "id": "1", "type": "purchase", "time": "2010-01-04T07:45:00Z",
    "data": {"amount": 1},
}  # fmt: skip


@pytest.fixture
def run(tmp_path):
    def run(*arguments, environ=None, code=0):
        environ = environ or {"GUANXI_HOME": str(tmp_path), "GUANXI_SECRET": SECRET.hex()}
        result = CliRunner().invoke(keys, arguments, env=environ)
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def clock():
    return ManualClock(datetime(2026, 1, 1, 10, 20, tzinfo=timezone.utc))


@pytest.fixture
def collection(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/")
    yield store.collection(API_KEYS)
    store.close()


@pytest.fixture
def api_keys(collection, clock):
    return ApiKeys(collection, SECRET, clock)


def test_a_key_made_by_the_command_opens_the_running_service_and_a_revoked_one_does_not(ingest, run):
    made = orjson.loads(run("create", "shop", "--json", environ=ingest.environ).stdout)
    assert (made["name"], made["scopes"], made["status"]) == ("shop", ["events:write"], "active")
    assert ingest.post(EVENT, key=made["key"])[0] == 202
    run("revoke", made["id"], environ=ingest.environ)
    fresh = orjson.loads(run("create", "other", "--json", environ=ingest.environ).stdout)
    assert ingest.post(EVENT, key=fresh["key"])[0] == 202
    ingest.eventually(lambda: ingest.post(EVENT, key=made["key"])[0] == 401)


def test_the_secret_is_shown_once_and_kept_nowhere(run, collection):
    token = run("create", "shop", "--scope", "read", "--scope", "admin").stdout.strip()
    listed = run("list").stdout
    [document] = [found.document for found in collection.get_many([token.split("_")[1]]).values()]
    secret = token.split("_", 2)[2]
    assert len(secret) >= 43
    assert secret not in listed + str(document)
    assert "hash" not in run("list", "--json").stdout
    assert "admin,read" in listed


def test_a_rotated_key_goes_on_working_beside_the_new_one_for_the_overlap(api_keys, collection, clock):
    old = api_keys.create("shop", [Scope.READ])
    new = api_keys.rotate(old.id, overlap=timedelta(days=7))
    ring = KeyRing(collection, SECRET, clock)
    assert ring.authenticate(new.token).scopes == {"read"}
    assert ring.authenticate(old.token)
    clock.advance(7 * 86_400)
    assert ring.authenticate(old.token) is None
    assert ring.authenticate(new.token)


def test_a_hash_made_with_another_installation_s_secret_opens_nothing(api_keys, collection, clock):
    token = api_keys.create("shop", [Scope.READ]).token
    assert KeyRing(collection, b"t" * 32, clock).authenticate(token) is None


def test_use_is_noted_to_the_hour_and_only_when_it_changes(api_keys, collection, clock):
    issued = api_keys.create("shop", [Scope.READ])
    ring = KeyRing(collection, SECRET, clock)
    ring.authenticate(issued.token)
    assert ring.take_used() == {issued.id}
    assert ring.take_used() == set()
    api_keys.note_use({issued.id})
    api_keys.note_use({issued.id})
    found = collection.get_many([issued.id])[issued.id]
    assert (found.document["last_used"], found.version) == ("2026-01-01T10:00:00Z", 2)


def test_a_key_without_a_scope_and_an_unknown_key_are_refused(api_keys, run):
    with pytest.raises(RefusedError, match="at least one scope"):
        api_keys.create("shop", [])
    with pytest.raises(RefusedError, match="there is no key"):
        api_keys.revoke("nobody")
    run("create", "shop", "--scope", "everything", code=2)
    run("create", "shop", "--expires-in", "soon", code=2)


def test_a_key_may_be_made_to_expire(run, collection):
    made = orjson.loads(run("create", "shop", "--expires-in", "90d", "--json").stdout)
    lasts = datetime.fromisoformat(made["expires_at"].replace("Z", "+00:00")) - datetime.now(timezone.utc)
    assert timedelta(days=89) < lasts <= timedelta(days=90)
