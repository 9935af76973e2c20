"""The JSON Schema of test files, made from the bundle: editors complete every name from it. Pure.

As with rule files, what is more exact than a schema can say is left to `guanxi rules check`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.model.rules import Bundle, FactDef, FactSource
from shared.model.values import Kind, in_language
from shared.policy.quantities import unit_example
from shared.policy.shapes import Key, Shape
from shared.policy.testing.shapes import CASE, EXPECT, NEAREST, POINT, SUITE
from shared.policy.testing.values import MISSING, subjects

Schema = dict[str, Any]
_SCALAR: Schema = {"type": ["string", "number", "boolean"]}


def suite_schema(bundle: Bundle) -> Schema:
    """Return the schema of a suite over the names of *bundle*."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:guanxi:rules:test",
        "title": "Guanxi tests of rule files",
        **_shape(SUITE, _forms(bundle)),
        "$defs": {
            "facts": _facts(bundle),
            "customer": _customer(bundle),
            "expect": _shape(EXPECT, _outcomes(bundle)),
            "point": _shape(POINT, _POINT_FORMS),
        },
    }


def _shape(shape: Shape, forms: Mapping[str, Schema]) -> Schema:
    properties = {key.name: _key(key, forms) for key in shape.keys}
    required = [key.name for key in shape.keys if key.required]
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**schema, "required": required} if required else schema


def _key(key: Key, forms: Mapping[str, Schema]) -> Schema:
    return {**forms.get(key.form, _WORD), "description": key.about}


_WORD: Schema = {"type": "string"}
_POINT_FORMS: Mapping[str, Schema] = {
    "offset": {"type": "string", "pattern": r"^[+-]\d+ ?(d|days?|天|日)$|^\d{4}-\d\d-\d\d$"},
    "facts-given": {"$ref": "#/$defs/facts"},
    "happenings": {"type": "array", "items": {"type": ["string", "object"]}},
    "expect": {"$ref": "#/$defs/expect"},
}


def _forms(bundle: Bundle) -> Mapping[str, Schema]:
    case: Mapping[str, Schema] = {
        "customer": {"$ref": "#/$defs/customer"},
        "expect": {"$ref": "#/$defs/expect"},
        "timeline": {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/point"}},
    }
    return {
        "instant": {"type": "string", "examples": ["2026-12-10", "2026-12-10T09:00+08:00"]},
        "policies": _one_or_more({"enum": [policy.id for policy in bundle.policies]}),
        "customers": {"type": "object", "additionalProperties": {"$ref": "#/$defs/customer"}},
        "tests": {"type": "array", "minItems": 1, "items": _shape(CASE, case)},
    }


def _outcomes(bundle: Bundle) -> Mapping[str, Schema]:
    tiers = [tier.id for tier in bundle.catalogue.tiers]
    ordered = sorted(set().union(*subjects(bundle).values()))
    derived = {n: f for n, f in bundle.facts.items() if f.source is FactSource.POLICY}
    rules = [rule.id for policy in bundle.policies for rule in policy.rules]
    settings = {name: _one_or_more(_value(fact)) for name, fact in sorted(derived.items())}
    lacking: Mapping[str, Schema] = {
        "rule": {"enum": rules},
        "missing": {"type": "object", "propertyNames": {"enum": sorted(bundle.facts)}},
    }
    return {
        "tier": _one_or_more({"enum": tiers}),
        "values-set": {"type": "object", "properties": settings, "additionalProperties": False},
        "ordered": _one_or_more({"enum": ordered} if ordered else _WORD),
        "yes": {"const": True},
        "facts": _one_or_more({"enum": sorted(bundle.facts)}),
        "words": {"type": ["string", "object"]},
        "nearest": _shape(NEAREST, lacking),
        "rules": _one_or_more({"enum": rules}),
    }


def _customer(bundle: Bundle) -> Schema:
    facts = {
        **_facts(bundle)["properties"],
        "like": {"type": "string", "description": "Begin from this one."},
    }
    return {
        "oneOf": [_WORD, {"type": "object", "properties": facts, "additionalProperties": False}],
    }


def _facts(bundle: Bundle) -> Schema:
    known = (fact for fact in bundle.facts.values() if fact.source is not FactSource.CALENDAR)
    properties = {fact.name: _fact(fact, bundle) for fact in sorted(known, key=lambda each: each.name)}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _fact(fact: FactDef, bundle: Bundle) -> Schema:
    titles = " · ".join(dict.fromkeys(in_language(fact.title, language) for language in ("en", "zh")))
    example = unit_example(fact.kind, bundle.catalogue.currency).en
    compared = [f"{example} after {example}"] if fact.compare else []
    examples = [*(fact.choices or ([example] if fact.kind.is_numeric else [])), *compared, "missing"]
    return {**_value(fact), "description": f"{titles} ({fact.kind.value})", "examples": examples}


def _value(fact: FactDef) -> Schema:
    if fact.kind is Kind.TEXTS:
        return {"oneOf": [{"enum": sorted(MISSING)}, _list_of(_names(fact.choices))]}
    if fact.kind is Kind.BOOLEAN:
        return {"enum": [True, False, *sorted(MISSING)]}
    return {"enum": [*fact.choices, *sorted(MISSING)]} if fact.choices else dict(_SCALAR)


def _names(known: Iterable[str]) -> Schema:
    return {"enum": sorted(known)} if known else _WORD


def _list_of(item: Schema) -> Schema:
    return {"type": "array", "items": item}


def _one_or_more(item: Schema) -> Schema:
    return {"oneOf": [item, _list_of(item)]}
