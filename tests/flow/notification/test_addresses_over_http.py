"""Addresses of people, added over HTTP as by command; and who may read what people noted on a task."""

from typing import Any

import pytest
from structlog.testing import capture_logs

from services.rules.releases import Releases
from shared.clock import ManualClock
from shared.contracts.topics import EVENTS
from shared.http.personal import READ
from shared.policy.release import build, load_directory
from shared.store.collections import RELEASES
from tests.flow.pipeline.shop import RULES

from .task_office import NOW, Office

ADDRESS = "manager@example.org"
NOTE = "his daughter is ill"


@pytest.fixture
def active(office: Office) -> None:
    """The shipped rules are the active release."""
    office.bus.ensure_topic(EVENTS.name, 2)
    sources = load_directory(RULES)
    result = build(sources)
    assert result.bundle is not None
    releases = Releases(office.store.collection(RELEASES), office.bus.producer(), 2, ManualClock(NOW))
    releases.activate(releases.store(result.bundle, sources), "test")


def test_an_address_is_added_found_and_removed(keyed: Any, office: Office) -> None:
    admin = keyed("admin")
    added = admin.post("/v1/subscriptions", json={"address": ADDRESS, "language": "zh", "routes": ["digest"]})
    assert added.status_code == 201, added.text
    told = added.get_json()
    assert (told["kind"], told["target"], told["language"]) == ("email", ADDRESS, "zh")
    assert "secret" not in told
    (stored,) = office.parts.subscribers.all()
    assert (stored.kind, stored.target, stored.language, stored.routes) == (
        "email",
        ADDRESS,
        "zh",
        ("digest",),
    )
    assert admin.delete(f"/v1/subscriptions/{told['id']}").status_code == 204
    assert office.parts.subscribers.all() == []


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "give a webhook"),
        ({"address": ADDRESS, "url": "https://example.org/hook"}, "give a webhook"),
        ({"address": "manager"}, "expected an address"),
        ({"address": f"{ADDRESS}\nbcc:all@example.org"}, "expected an address"),
        ({"address": ADDRESS, "language": "fr"}, "one of"),
        ({"address": ADDRESS, "file": "/etc/passwd"}, "unknown field"),
    ],
)
def test_what_is_no_address_is_refused(keyed: Any, office: Office, body: dict[str, Any], told: str) -> None:
    refused = keyed("admin").post("/v1/subscriptions", json=body)
    assert (refused.status_code, refused.content_type) == (422, "application/problem+json")
    assert told in refused.text.lower().replace("\\u2026", "…")
    assert office.parts.subscribers.all() == []


def test_the_same_address_is_not_added_twice(keyed: Any) -> None:
    admin = keyed("admin")
    codes = [admin.post("/v1/subscriptions", json={"address": ADDRESS}).status_code for _ in range(2)]
    assert codes == [201, 422]


def test_a_route_that_no_rule_file_has_is_refused_with_the_nearest(keyed: Any, active: None) -> None:
    refused = keyed("admin").post("/v1/subscriptions", json={"address": ADDRESS, "routes": ["alert"]})
    assert refused.status_code == 422
    assert "did you mean alerts?" in refused.text
    assert keyed("admin").post("/v1/subscriptions", json={"address": ADDRESS, "routes": ["alerts"]})


def test_only_administrators_add_addresses(keyed: Any, office: Office) -> None:
    for scope in ("read", "tasks:write", "editor"):
        assert keyed(scope).post("/v1/subscriptions", json={"address": ADDRESS}).status_code == 403
    assert office.parts.subscribers.all() == []


@pytest.mark.parametrize("path", ["/v1/tasks/task_1", "/v1/tasks?owner=anna"])
def test_what_was_noted_on_a_task_is_for_keys_that_may_see_it(keyed: Any, active: None, path: str) -> None:
    writer = keyed("tasks:write")
    closed = writer.post("/v1/tasks/task_1/outcome", json={"outcome": "done", "note": NOTE})
    assert NOTE in closed.text  # to who has just written it
    with capture_logs() as lines:
        hidden = keyed("read").get(path)
    assert hidden.status_code == 200
    assert NOTE not in hidden.text
    assert [each for each in lines if each["event"] == READ] == []
    with capture_logs() as lines:
        shown = keyed("read", "personal").get(path)
    assert NOTE in shown.text
    assert [each["customer"] for each in lines if each["event"] == READ] == ["c1"]
    assert NOTE not in str(lines)


def test_before_any_release_a_note_is_hidden_as_well(keyed: Any) -> None:
    keyed("tasks:write").post("/v1/tasks/task_1/outcome", json={"outcome": "done", "note": NOTE})
    assert NOTE not in keyed("read").get("/v1/tasks/task_1").text
    assert NOTE in keyed("read", "personal").get("/v1/tasks/task_1").text
