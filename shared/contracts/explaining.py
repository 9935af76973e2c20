"""Answers to why, why not, what if and "is it still so", declared for their OpenAPI documents."""

from marshmallow import Schema, fields, validate

from shared.contracts.schemas import LeafSchema, StrictSchema

LANGUAGES = ("en", "zh")


class LanguageSchema(Schema):
    """How an answer is told."""

    language = fields.String(
        validate=validate.OneOf(LANGUAGES), metadata={"description": "Before Accept-Language; else English."}
    )


class SheetSchema(Schema):
    """A titled table; without headers names stand on the left."""

    title = fields.String(required=True)
    headers = fields.List(fields.String(), required=True)
    rows = fields.List(fields.List(fields.String()), required=True)
    note = fields.String(required=True)


class ToldSchema(Schema):
    """What every answer has that is told for people, too."""

    language = fields.String(required=True)
    sheets = fields.List(fields.Nested(SheetSchema), required=True)


class TurnSchema(Schema):
    """A condition that alone would have turned the decision."""

    leaf = fields.Nested(LeafSchema, required=True)
    otherwise = fields.Float(
        required=True, allow_none=True, metadata={"description": "Nearest value on the other side."}
    )


class ExplanationSchema(ToldSchema):
    """One decision point by point, in words."""

    decision = fields.String(required=True)
    customer = fields.String(required=True)
    rule = fields.String(required=True)
    outcome = fields.String(required=True)
    near_misses = fields.List(fields.Nested(TurnSchema), required=True)


class DifferenceSchema(Schema):
    """One place where the records differ; null: not there."""

    pointer = fields.String(required=True)
    recorded = fields.Raw(required=True, allow_none=True)
    remade = fields.Raw(required=True, allow_none=True)


class ReplayedSchema(Schema):
    """What came of making a decision again."""

    decision = fields.String(required=True)
    result = fields.String(required=True, validate=validate.OneOf(["identical", "different", "unresolved"]))
    differences = fields.List(fields.Nested(DifferenceSchema), required=True)
    personal = fields.List(
        fields.String(), required=True, metadata={"description": "Facts whose values the record leaves out."}
    )


class ObstacleSchema(Schema):
    """One thing in a rule's way."""

    kind = fields.String(required=True)
    detail = fields.String(required=True)
    until = fields.Date(required=True, allow_none=True, metadata={"description": "First day without it."})


class WhyNotSchema(ToldSchema):
    """Why a rule does not act on a customer."""

    customer = fields.String(required=True)
    rule = fields.String(required=True)
    policy = fields.String(required=True)
    title = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    day = fields.Date(required=True)
    holds = fields.Boolean(required=True, allow_none=True)
    leaves = fields.List(fields.Nested(LeafSchema), required=True)
    turn = fields.List(
        fields.Nested(LeafSchema), required=True, metadata={"description": "The fewest that have to turn."}
    )
    obstacles = fields.List(fields.Nested(ObstacleSchema), required=True)
    acts_on = fields.Date(
        required=True, allow_none=True, metadata={"description": "When it acts though nothing happens."}
    )


class WishSchema(StrictSchema):
    """What is supposed of a customer."""

    facts = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        validate=validate.Length(min=1, max=50),
        metadata={"description": "Values as rule files write them, with units.", "example": {"score": "75"}},
    )
    days = fields.Integer(
        load_default=30, validate=validate.Range(1, 366), metadata={"description": "How far to look ahead."}
    )


class TriedSchema(ToldSchema):
    """What would be decided, beside what is decided anyway."""

    customer = fields.String(required=True)
    day = fields.Date(required=True)
    days = fields.Integer(required=True)
    changes = fields.List(fields.Dict(keys=fields.String()), required=True)
    tier = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    decisions = fields.List(fields.Dict(keys=fields.String()), required=True)


class PartSchema(Schema):
    """What one trait adds to a score: weight × points, in hundredths."""

    weight = fields.Integer(required=True)
    points = fields.Integer(required=True)


class ScorePartSchema(PartSchema):
    """One trait's part of the score now."""

    trait = fields.String(required=True)
    adds = fields.Float(required=True, metadata={"description": "All parts add up to the score."})


class ScoreMoveSchema(Schema):
    """One trait's part of a change."""

    trait = fields.String(required=True)
    before = fields.Nested(PartSchema, required=True)
    after = fields.Nested(PartSchema, required=True)
    adds = fields.Float(required=True, metadata={"description": "All moves add up to the change."})


class ScoreChangeSchema(Schema):
    """What one day did to a score, as it closed."""

    day = fields.Date(required=True)
    before = fields.Float(required=True)
    after = fields.Float(required=True)
    change = fields.Float(required=True)
    moves = fields.List(fields.Nested(ScoreMoveSchema), required=True)
    events = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(),
        required=True,
        metadata={"description": "How many events of each type happened that day."},
    )


class ScoreHistorySchema(ToldSchema):
    """How a score came about: its changes, the newest first."""

    customer = fields.String(required=True)
    since = fields.Date(required=True, metadata={"description": "From its close on the score is known."})
    score = fields.Float(required=True)
    traits = fields.List(fields.Nested(ScorePartSchema), required=True)
    changes = fields.List(fields.Nested(ScoreChangeSchema), required=True)


class PageQuerySchema(LanguageSchema):
    """How a customer's page is wanted."""

    margin = fields.Float(
        metadata={"description": "What remains of 1 of revenue, as 0.2: tell what the customer is worth."}
    )


class CustomerPageSchema(ToldSchema):
    """One customer on one page; personal fields are hidden from keys without the scope for them."""

    customer = fields.String(required=True)
    day = fields.Date(required=True)
    release = fields.String(required=True)
    profile = fields.Dict(keys=fields.String(), required=True)
    metrics = fields.Dict(keys=fields.String(), required=True)
    derived = fields.Dict(keys=fields.String(), required=True, metadata={"description": "Set by rules."})
    file = fields.List(
        fields.Dict(keys=fields.String()),
        required=True,
        metadata={"description": "Each field that is known or wanted: its age, and whether it is stale."},
    )
    score = fields.Dict(keys=fields.String(), required=True)
    tier = fields.Dict(keys=fields.String(), required=True)
    alerts = fields.List(fields.Dict(keys=fields.String()), required=True)
    tasks = fields.List(fields.Dict(keys=fields.String()), required=True)
    timeline = fields.List(fields.Dict(keys=fields.String()), required=True)
    worth = fields.Dict(
        keys=fields.String(),
        required=True,
        allow_none=True,
        metadata={"description": "Net present value and its premises; null without a margin or churn."},
    )
