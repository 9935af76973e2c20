"""The schemas that editors use accept the default bundle, refuse slips, and are up to date."""

from pathlib import PurePosixPath
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from services.rules.cli import schema_files
from shared.policy.schema import schemas, settable_facts
from tests.language.bundles import RULES, default_bundle, default_sources

NAMES = {"policies": "policy", "calendars": "calendar", "lists": "list", "policy": "manifest"}
SCHEMAS = schemas(default_bundle(), settable_facts(default_bundle()))


def schema_of(path: str) -> dict[str, Any]:
    pure = PurePosixPath(path)
    name = pure.parts[0] if len(pure.parts) > 1 else pure.stem
    return SCHEMAS[NAMES.get(name, name)]


def as_an_editor_reads(text: str) -> Any:
    """YAML with numbers and booleans; dates stay text and keys are text, as JSON has no others."""
    yaml = YAML(typ="safe", pure=True)
    yaml.constructor.yaml_constructors = {
        **yaml.constructor.yaml_constructors,
        "tag:yaml.org,2002:timestamp": lambda loader, node: node.value,
    }
    return with_text_keys(yaml.load(text))


def with_text_keys(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): with_text_keys(inner) for key, inner in value.items()}
    return [with_text_keys(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("path", sorted(default_sources().files))
def test_every_file_of_the_default_bundle_is_valid_by_its_schema(path: str) -> None:
    document = as_an_editor_reads(default_sources().files[path])

    errors = [error.message for error in Draft202012Validator(schema_of(path)).iter_errors(document)]

    assert errors == []


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_schema_is_a_valid_schema(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("net_spend_365d: at least 2000 GBP", "net_spend_365days: at least 2000 GBP"),
        ("priority: 20", "priorty: 20"),
    ],
)
def test_an_editor_marks_misspelt_facts_and_keys(before: str, after: str) -> None:
    path = "policies/membership.yaml"
    document = as_an_editor_reads(default_sources().files[path].replace(before, after))

    assert list(Draft202012Validator(schema_of(path)).iter_errors(document))


def test_every_fact_is_completed_with_its_title_and_phrases() -> None:
    leaves = SCHEMAS["policy"]["$defs"]["condition"]["properties"]

    assert leaves.keys() >= default_bundle().facts.keys()
    assert leaves["net_spend_365d"]["description"].startswith("Net spend in the last 365 days · 近一年净消费")
    assert "at least 30 GBP" in leaves["net_spend_365d"]["examples"]
    assert "至少 30 GBP" in leaves["net_spend_365d"]["examples"]


def test_the_committed_schemas_are_up_to_date() -> None:
    stored = {path.name: path.read_text(encoding="utf-8") for path in (RULES / "schema").glob("*.json")}

    assert stored == schema_files(default_bundle()), "run `guanxi rules schema`"


def test_every_file_names_its_schema_for_the_editor() -> None:
    for path, text in default_sources().files.items():
        marked = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")

        assert (RULES / path).parent.joinpath(marked).resolve().is_file(), path
