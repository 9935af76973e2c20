"""Rule files that are sent to be checked, and what is said about them, declared for the OpenAPI document."""

from marshmallow import Schema, fields, validate

from shared.contracts.schemas import StrictSchema


class CheckRulesSchema(StrictSchema):
    """A whole bundle of rule files."""

    files = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        validate=validate.Length(min=1, max=200),
        metadata={
            "description": "The text of every file by its path inside the bundle.",
            "example": {"policy.yaml": "language: 1\nname: small\n…"},
        },
    )


class RuleProblemSchema(Schema):
    """One problem, with the words and the place that the command line has."""

    code = fields.String(required=True, metadata={"description": "Stable code.", "example": "E303"})
    severity = fields.String(required=True, validate=validate.OneOf(["error", "warning"]))
    file = fields.String(required=True)
    line = fields.Integer(required=True)
    column = fields.Integer(required=True)
    length = fields.Integer(required=True)
    message = fields.String(required=True)
    expected = fields.String(required=True)
    suggestion = fields.String(required=True)
    title = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "What the code means, in each language."},
    )
    zh = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "message, expected and suggestion in Chinese."},
    )
    customer = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        allow_none=True,
        metadata={"description": "Facts of a customer to whom it happens, as rule files have them."},
    )


class RulesCheckedSchema(Schema):
    """Files that could become a release, and what is worth knowing about them."""

    digest = fields.String(required=True, metadata={"description": "Digest of the release they would be."})
    rules = fields.Integer(required=True, metadata={"description": "How many rules there are."})
    problems = fields.List(
        fields.Nested(RuleProblemSchema), required=True, metadata={"description": "Warnings, by place."}
    )
