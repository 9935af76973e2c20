"""What the routes of worth take and answer, declared for their OpenAPI document.

Shares (churn, margin, discount) are fractions of 1; amounts are in the currency's main unit.
"""

from marshmallow import Schema, fields, validate

from shared.contracts.explaining import LanguageSchema, ToldSchema
from shared.contracts.schemas import StrictSchema

MOST_SCENARIOS = 50


class GivenPremisesSchema(StrictSchema):
    """Premises that are given; the others are measured or assumed."""

    customers = fields.Float(metadata={"description": "Else measured: who bought in the last 365 days."})
    churn = fields.Float(metadata={"description": "A year, as 0.24; else measured."})
    revenue = fields.Float(metadata={"description": "Per customer and year, main unit; else measured."})
    acquisition_cost = fields.Float(metadata={"description": "To win one customer. In no event: give it."})
    margin = fields.Float(metadata={"description": "Of revenue, as 0.177. In no event: give it."})
    years = fields.Integer(strict=True, metadata={"description": "Years counted; else 3."})
    discount = fields.Float(metadata={"description": "A year; else 0.1."})


class WorthWishSchema(StrictSchema):
    """What is to be reckoned."""

    premises = fields.Nested(GivenPremisesSchema, load_default=dict)
    scenarios = fields.List(
        fields.String(validate=validate.Length(1, 500)),
        load_default=list,
        validate=validate.Length(max=MOST_SCENARIOS),
        metadata={
            "description": "What if, in words; else the four usual ones.",
            "example": ["churn -4 points", "better service: churn -4 points, acquisition_cost +5 percent"],
        },
    )
    by = fields.String(metadata={"description": "One reckoning for each value of a fact that rules set."})
    metric = fields.String(metadata={"description": "The sum of amounts that is revenue; else the widest."})


class PremisesSchema(Schema):
    """One set of premises."""

    customers = fields.Float(required=True)
    churn = fields.Float(required=True)
    revenue = fields.Float(required=True)
    acquisition_cost = fields.Float(required=True)
    margin = fields.Float(required=True)
    years = fields.Integer(required=True)
    discount = fields.Float(required=True)


class YearSchema(Schema):
    """One year of the reckoning; amounts are those of all customers."""

    year = fields.Integer(required=True)
    customers = fields.Float(required=True)
    profit = fields.Float(required=True)
    present = fields.Float(required=True, metadata={"description": "The profit in today's money."})
    total = fields.Float(required=True, metadata={"description": "Net present value if it ended here."})


class ReckonedSchema(Schema):
    """Premises and what they come to, year by year."""

    premises = fields.Nested(PremisesSchema, required=True)
    years = fields.List(fields.Nested(YearSchema), required=True)


class ComparedSchema(Schema):
    """A scenario beside the base."""

    name = fields.String(required=True)
    premises = fields.Nested(PremisesSchema, required=True)
    value = fields.Float(required=True)
    gain = fields.Float(required=True)


class BreakEvenSchema(Schema):
    """The value of one premise at which nothing is gained or lost; null: there is none."""

    name = fields.String(required=True)
    now = fields.Float(required=True)
    value = fields.Float(required=True, allow_none=True)


class SwingSchema(Schema):
    """The total with one premise so many percent of itself lower and higher; years by one."""

    name = fields.String(required=True)
    percent = fields.Float(required=True)
    lower = fields.Float(required=True)
    higher = fields.Float(required=True)


class GroupWorthSchema(Schema):
    """All that is told of one group of customers."""

    group = fields.String(required=True)
    sources = fields.Dict(
        keys=fields.String(), values=fields.String(validate=validate.OneOf(["given", "measured", "assumed"])),
        required=True, metadata={"description": "Where each premise comes from."},
    )  # fmt: skip
    worth = fields.Nested(ReckonedSchema, required=True)
    scenarios = fields.List(fields.Nested(ComparedSchema), required=True)
    break_even = fields.List(fields.Nested(BreakEvenSchema), required=True)
    sensitivity = fields.List(
        fields.Nested(SwingSchema),
        required=True,
        metadata={"description": "What moves the total most first."},
    )
    total = fields.Float(required=True)
    per_customer = fields.Float(required=True)


class WorthsSchema(Schema):
    """What `guanxi worth --json` prints."""

    currency = fields.String(required=True)
    groups = fields.List(fields.Nested(GroupWorthSchema), required=True)
    skipped = fields.List(fields.String(), required=True, metadata={"description": "Too little data."})


class WorthSchema(ToldSchema):
    """Worth, told for programs and for people."""

    data = fields.Nested(WorthsSchema, required=True)


class MeasuringQuerySchema(LanguageSchema):
    """Of whom and by what to measure."""

    by = fields.String(metadata={"description": "Each value of this fact that rules set apart."})
    metric = fields.String(metadata={"description": "The sum of amounts that is revenue; else the widest."})


class MeasuredGroupSchema(Schema):
    """What two years of purchases tell of one group; null: not enough data."""

    group = fields.String(required=True)
    customers = fields.Integer(required=True, metadata={"description": "Who bought in the last 365 days."})
    churn = fields.Float(required=True, allow_none=True)
    revenue = fields.Float(required=True, allow_none=True)
    bought_before = fields.Integer(required=True, metadata={"description": "Who bought in the year before."})
    stayed = fields.Integer(required=True, metadata={"description": "Who of them bought since."})


class MeasuredPremisesSchema(Schema):
    """Measured premises, whole or by group."""

    currency = fields.String(required=True)
    groups = fields.List(fields.Nested(MeasuredGroupSchema), required=True)


class PricingWishSchema(StrictSchema):
    """Which backtest is to be priced, and by which premises."""

    report = fields.Dict(required=True, metadata={"description": "The JSON of a backtest, as it was made."})
    premises = fields.Nested(GivenPremisesSchema, load_default=dict)
    effect = fields.String(
        validate=validate.Length(1, 500),
        metadata={"description": "What membership does to a customer, in words; else assumed."},
    )
    by = fields.String(metadata={"description": "Price each value of a fact that rules set by itself."})
    metric = fields.String(metadata={"description": "The sum of amounts that is revenue; else the widest."})


class PricedGroupSchema(Schema):
    """The members of one group that are gained and lost over the window."""

    group = fields.String(required=True)
    gained = fields.Integer(required=True)
    lost = fields.Integer(required=True)
    worth_each = fields.Float(required=True)
    effect_each = fields.Float(required=True, metadata={"description": "What membership adds to it."})
    at_stake = fields.Float(required=True, metadata={"description": "Worth of gained less that of lost."})
    value = fields.Float(required=True)


class PricedActionSchema(Schema):
    """What one action is ordered more or less, and costs more or less, over the window."""

    kind = fields.String(required=True)
    name = fields.String(required=True)
    orders = fields.Integer(required=True)
    cost = fields.Float(required=True)


class SourcedPremisesSchema(Schema):
    """The premises of one group, and where each comes from."""

    group = fields.String(required=True)
    premises = fields.Nested(PremisesSchema, required=True)
    sources = fields.Dict(keys=fields.String(), values=fields.String(), required=True)


class BillSchema(Schema):
    """What `guanxi worth --backtest FILE --json` prints."""

    report = fields.String(required=True, metadata={"description": "Digest of the backtest."})
    currency = fields.String(required=True)
    days = fields.Integer(required=True)
    effect = fields.String(required=True)
    effect_source = fields.String(required=True, validate=validate.OneOf(["given", "assumed"]))
    groups = fields.List(fields.Nested(PricedGroupSchema), required=True)
    actions = fields.List(fields.Nested(PricedActionSchema), required=True)
    other_moves = fields.Integer(
        required=True, metadata={"description": "Earlier, later, otherwise: not priced."}
    )
    value = fields.Float(required=True)
    cost = fields.Float(required=True)
    value_a_year = fields.Float(required=True)
    cost_a_year = fields.Float(required=True)
    net_a_year = fields.Float(required=True)
    premises = fields.List(fields.Nested(SourcedPremisesSchema), required=True)


class PricedSchema(ToldSchema):
    """A priced backtest, told for programs and for people."""

    data = fields.Nested(BillSchema, required=True)
