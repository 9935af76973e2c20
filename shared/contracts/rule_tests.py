"""Running the tests of rules over HTTP: what is sent and what is answered."""

from collections.abc import Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from shared.contracts.schemas import StrictSchema

MOST_FILES = 200
LONGEST_NAME = 200


class TestRulesSchema(StrictSchema):
    """Tests, and the rules to run them against: files, or a stored release, else the active one."""

    __test__ = False  # not a pytest class

    tests = fields.Dict(
        keys=fields.String(validate=validate.Length(1, LONGEST_NAME)),
        values=fields.String(),
        required=True,
        validate=validate.Length(1, MOST_FILES),
        metadata={"description": "Texts of test files by path, such as tests/membership.test.yaml."},
    )
    files = fields.Dict(
        keys=fields.String(validate=validate.Length(1, LONGEST_NAME)),
        values=fields.String(),
        validate=validate.Length(max=MOST_FILES),
        metadata={"description": "Texts of all rule files by path, such as policies/membership.yaml."},
    )
    release = fields.String(
        validate=validate.Regexp(r"[0-9a-f]{64}$"), metadata={"description": "Digest of a stored release."}
    )
    coverage = fields.Boolean(load_default=False, metadata={"description": "Tell what the tests have seen."})
    mutate = fields.String(
        metadata={"description": "A policy in which small slips are made, to see which go unnoticed."}
    )
    suggest = fields.Boolean(
        load_default=False, metadata={"description": "With mutate: tests that would notice those slips."}
    )

    @validates_schema
    def one_kind_of_rules(self, data: Mapping[str, Any], **_: Any) -> None:
        """Files or a release, not both; suggestions only for a policy."""
        if "files" in data and "release" in data:
            raise ValidationError("send files or a release, not both", "release")
        if data.get("suggest") and "mutate" not in data:
            raise ValidationError("name the policy in mutate", "suggest")


class TestFailureSchema(Schema):
    """One thing that is not as a test says."""

    __test__ = False

    line = fields.Integer(required=True)
    column = fields.Integer(required=True)
    message = fields.String(required=True)
    details = fields.List(fields.String(), required=True)


class TestResultSchema(Schema):
    """One test."""

    __test__ = False

    suite = fields.String(required=True)
    name = fields.String(required=True)
    file = fields.String(required=True)
    line = fields.Integer(required=True)
    column = fields.Integer(required=True)
    passed = fields.Boolean(required=True)
    failures = fields.List(fields.Nested(TestFailureSchema), required=True)


class SurvivorSchema(Schema):
    """A slip that no test noticed."""

    policy = fields.String(required=True)
    rule = fields.String(required=True)
    slip = fields.String(required=True)
    file = fields.String()
    line = fields.Integer()
    column = fields.Integer()


class MutationSchema(Schema):
    """How many slips were noticed."""

    policies = fields.List(fields.String(), required=True)
    slips = fields.Integer(required=True)
    noticed = fields.Integer(required=True)
    survivors = fields.List(fields.Nested(SurvivorSchema), required=True)


class SuggestionSchema(Schema):
    """A test that is missing."""

    file = fields.String(required=True)
    policy = fields.String(required=True)
    closes = fields.String(required=True)
    text = fields.String(required=True)


class TestCountsSchema(Schema):
    """How many tests passed and failed."""

    __test__ = False

    passed = fields.Integer(required=True)
    failed = fields.Integer(required=True)


class RulesTestedSchema(Schema):
    """What came of the tests; the digest covers release, tests and every outcome."""

    format = fields.Integer(required=True)
    digest = fields.String(required=True)
    release = fields.String(required=True)
    tests = fields.String(required=True, metadata={"description": "Digest of the test files."})
    engines = fields.List(fields.String(), required=True)
    passed = fields.Boolean(required=True, metadata={"description": "No test failed, all files are valid."})
    counts = fields.Nested(TestCountsSchema, required=True)
    problems = fields.List(fields.String(), required=True)
    results = fields.List(fields.Nested(TestResultSchema), required=True)
    coverage = fields.Dict()
    mutation = fields.Nested(MutationSchema)
    suggestions = fields.List(fields.Nested(SuggestionSchema))
