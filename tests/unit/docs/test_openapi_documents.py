"""The committed OpenAPI documents are valid, up to date, and name every route and every answer."""

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

from shared.config import SERVICES
from shared.http.documents import COMMITTED, as_file, committed_name

ROOT = Path(__file__).parents[3]


def committed(service: str) -> bytes:
    return (ROOT / COMMITTED / committed_name(service)).read_bytes()


@pytest.mark.parametrize("service", SERVICES)
def test_the_committed_document_is_valid_and_up_to_date(service: str) -> None:
    document = import_module(f"services.{service}.openapi").document()
    told = f"run: python -m services.{service}.openapi > {COMMITTED / committed_name(service)}"
    validate(json.loads(committed(service)))
    assert json.loads(committed(service)) == json.loads(as_file(document)), told


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_says_what_it_does_and_how_its_refusals_look(service: str) -> None:
    for operation in operations(json.loads(committed(service))):
        assert operation.get("summary"), operation
        refusals = [code for code in operation["responses"] if code == "default" or code >= "400"]
        assert refusals, operation


def operations(document: dict[str, Any]) -> list[dict[str, Any]]:
    assert document["openapi"].startswith("3.1")
    methods = ("get", "post", "put", "patch", "delete")
    return [path[method] for path in document["paths"].values() for method in methods if method in path]


def test_no_other_document_lies_about() -> None:
    found = {path.name for path in (ROOT / COMMITTED).glob("*.openapi.json")}
    assert found == {committed_name(service) for service in SERVICES}
