"""The committed AsyncAPI document is what the declarations say, and real messages fit it."""

import json
from pathlib import Path

import orjson
import pytest
from jsonschema import Draft202012Validator

from shared.contracts import codecs
from shared.contracts.asyncapi import asyncapi_document
from shared.contracts.cloudevents import CloudEvent, to_message, to_structured
from shared.contracts.snapshot import Anchor, Cause, Snapshot
from shared.contracts.topics import ALL

COMMITTED = Path(__file__).parents[3] / "docs/api/asyncapi.json"
DOCUMENT = asyncapi_document()
EVENT = CloudEvent("1", "shop", "purchase", "li", "2010-01-04T07:45:00Z", {"amount": 5})
SNAPSHOT = Snapshot(
    "li",
    "2010-01-04T07:45:00Z",
    733776,
    Cause("day"),
    "r",
    {"score": 7.5},
    {"days_since_purchase": Anchor(733770)},
)


def test_the_committed_document_is_up_to_date():
    assert json.loads(COMMITTED.read_text()) == json.loads(json.dumps(DOCUMENT)), (
        "run: python -m shared.contracts.asyncapi > docs/api/asyncapi.json"
    )


def test_every_topic_is_a_channel_with_messages():
    assert {channel["address"] for channel in DOCUMENT["channels"].values()} == {topic.name for topic in ALL}
    assert all(channel["messages"] for channel in DOCUMENT["channels"].values())


def references(node):
    if isinstance(node, dict):
        yield from ([node["$ref"]] if "$ref" in node else [])
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from references(inner)


def test_every_reference_leads_somewhere():
    for reference in references(DOCUMENT):
        found = DOCUMENT
        for name in reference.removeprefix("#/").split("/"):
            found = found[name]


def errors(schema, value):
    whole = {**schema, "components": DOCUMENT["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(value)]


@pytest.mark.parametrize(
    ("name", "payload"),
    [
        ("snapshot", codecs.snapshot_to_data(SNAPSHOT)),
        ("structuredEvent", to_structured(EVENT)),
        ("dayClosed", {"day": "2010-01-04"}),
    ],
)
def test_real_messages_fit_the_documented_payload(name, payload):
    assert not errors(
        DOCUMENT["components"]["messages"][name]["payload"], orjson.loads(orjson.dumps(payload))
    )


def test_real_headers_fit_the_documented_headers():
    headers = {name: value.decode() for name, value in to_message(EVENT).headers}
    documented = DOCUMENT["components"]["messageTraits"]["binaryCloudEvent"]["headers"]
    assert not errors(documented, headers)
    assert headers.keys() <= documented["properties"].keys()
