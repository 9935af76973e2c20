"""What is written for publishers is true: examples run, codes and limits are those of the code."""

import json
import re
import shlex
from pathlib import Path

import pytest
from openapi_spec_validator import validate

from services.ingest.openapi import document
from shared.contracts.limits import MAX_BATCH_BYTES, MAX_BATCH_EVENTS, MAX_EVENT_BYTES, MAX_ID_CHARS

ROOT = Path(__file__).parents[3]
GUIDE = (ROOT / "docs/publishing-events.md").read_text()
COMMITTED = ROOT / "docs/api/ingest.openapi.json"


def test_the_committed_openapi_document_is_valid_and_up_to_date():
    committed = json.loads(COMMITTED.read_text())
    validate(committed)
    assert committed == json.loads(json.dumps(document())), (
        "run: python -m services.ingest.openapi > docs/api/ingest.openapi.json"
    )


def curls():
    return [shlex.split(block)[1:] for block in re.findall(r"```bash\n(curl .*?)```", GUIDE, re.DOTALL)]


@pytest.mark.parametrize("arguments", curls(), ids=lambda arguments: arguments[-1][:40])
def test_every_example_of_the_guide_is_accepted(ingest, arguments):
    pairs = [arguments[at + 1].split(": ", 1) for at, word in enumerate(arguments) if word == "-H"]
    headers = {**dict(pairs), "Authorization": f"Bearer {ingest.key}"}
    body = arguments[arguments.index("-d") + 1]
    status, answer, _ = ingest.request("POST", "/v1/events", body.encode(), headers)
    assert status == 202, answer
    assert [item["id"] for item in answer["items"]] == re.findall(r"order-[0-9]+", " ".join(arguments))
    if answer["rejected"]:
        del answer["items"][1]["error"]["expected"]  # the types there are, when they are few
        assert answer == json.loads(re.search(r"```json\n(\{\n.*?)```", GUIDE, re.DOTALL)[1])


def test_every_code_an_event_is_rejected_with_stands_in_the_guide():
    sources = [path.read_text() for path in (ROOT / "services/ingest").glob("*.py")]
    raised = {
        code
        for source in sources
        for code in re.findall(r'(?:RejectedError|unknown)\(\s*"([a-z-]+)"', source)
    }
    documented = set(re.findall(r"`([a-z-]+)`", GUIDE))
    assert raised - {"unsupported-type"} <= documented


def test_the_limits_of_the_guide_are_those_of_the_code():
    assert f"{MAX_EVENT_BYTES // 1024} KiB" in GUIDE
    assert f"{MAX_BATCH_BYTES // 1024} KiB and {MAX_BATCH_EVENTS:,} events" in GUIDE
    assert f"{MAX_ID_CHARS} characters" in GUIDE
