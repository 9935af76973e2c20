"""The shapes of messages and answers, declared with marshmallow.

They validate at the edges, fill the OpenAPI and AsyncAPI documents, and are the measure that the quick
codecs are tested against. What the data of a publisher's event holds is declared in rules/events.yaml.
"""

from typing import Any

from marshmallow import INCLUDE, RAISE, Schema, ValidationError, fields, validate, validates_schema

from shared.contracts.limits import (
    MAX_ID_CHARS,
    is_extension_name,
    is_extension_value,
    is_json_type,
    is_plain_text,
    parsed_instant,
)
from shared.contracts.topics import EventTypes


def _plain_text(value: str) -> None:
    if not is_plain_text(value):
        raise ValidationError("must have 1–200 characters and no control characters")


def _instant(value: str) -> None:
    try:
        parsed_instant(value)
    except ValueError as error:
        raise ValidationError(str(error)) from error


def _json_type(value: str) -> None:
    if not is_json_type(value):
        raise ValidationError("must be application/json")


def identifier(description: str, *, required: bool = True) -> fields.String:
    """A field for a name chosen by the sender."""
    return fields.String(
        required=required,
        validate=_plain_text,
        metadata={"description": description, "minLength": 1, "maxLength": MAX_ID_CHARS},
    )


def instant(description: str, *, required: bool = True) -> fields.String:
    """A field for an RFC 3339 instant with its offset from UTC."""
    return fields.String(
        required=required,
        validate=_instant,
        metadata={"description": description, "format": "date-time", "example": "2010-01-04T07:45:00Z"},
    )


class StrictSchema(Schema):
    """Unknown keys are errors."""

    class Meta:
        """Marshmallow's options."""

        unknown = RAISE


class CloudEventSchema(Schema):
    """A publisher's event in CloudEvents' JSON format. Further attributes are extensions."""

    class Meta:
        """Extensions are allowed, so unknown keys are kept and checked below."""

        unknown = INCLUDE

    specversion = fields.String(required=True, validate=validate.Equal("1.0"))
    id = identifier("Unique within the source; sending the same again changes nothing.")
    source = identifier("Who publishes, such as `shop`. Names that start with `guanxi/` are reserved.")
    type = identifier("An event type of rules/events.yaml, such as `purchase`.")
    subject = identifier("The customer id.")
    time = instant("When it happened, with the offset from UTC.")
    datacontenttype = fields.String(
        allow_none=True, validate=_json_type, metadata={"example": "application/json"}
    )
    data = fields.Dict(keys=fields.String(), required=True, metadata={"description": "Fields of the type."})

    @validates_schema(pass_original=True)
    def check_extensions(self, _data: Any, original: Any, **_options: Any) -> None:
        """Names as CloudEvents wants them, values text, boolean or integer."""
        for name, value in original.items():
            if name in self.fields or value is None:
                continue
            if not is_extension_name(name):
                raise ValidationError("not an attribute: a-z and 0-9, at most 20 characters", name)
            if not is_extension_value(value):
                raise ValidationError("an extension is short text, a boolean or an integer", name)


class SimpleEventSchema(StrictSchema):
    """A publisher's event in the simple form."""

    customer_id = identifier("Who did it; chosen by the publisher.")
    source = identifier("Who publishes, such as `shop`. Names that start with `guanxi/` are reserved.")
    id = identifier("Unique within the source; sending the same again changes nothing.")
    type = identifier("An event type of rules/events.yaml, such as `purchase`.")
    time = instant("When it happened, with the offset from UTC.")
    data = fields.Dict(keys=fields.String(), required=True, metadata={"description": "Fields of the type."})


class FaultSchema(StrictSchema):
    """One thing that is wrong with an item, and where."""

    code = fields.String(required=True, metadata={"description": "Stable code, such as `unknown-type`."})
    pointer = fields.String(required=True, metadata={"description": "JSON pointer into the item."})
    detail = fields.String(required=True)
    expected = fields.String()
    suggestion = fields.String()


class ErrorSchema(FaultSchema):
    """What is wrong with one item and where."""

    also = fields.List(
        fields.Nested(FaultSchema), metadata={"description": "What else is wrong with the same item."}
    )


class ItemSchema(StrictSchema):
    """What became of one event of the request."""

    index = fields.Integer(required=True)
    id = fields.String(required=True, allow_none=True)
    status = fields.String(required=True, validate=validate.OneOf(["accepted", "rejected"]))
    error = fields.Nested(ErrorSchema)


class AcceptanceSchema(StrictSchema):
    """The answer to published events, item by item."""

    accepted = fields.Integer(required=True)
    rejected = fields.Integer(required=True)
    items = fields.List(fields.Nested(ItemSchema), required=True)


class OpenSchema(Schema):
    """Further keys are allowed."""

    class Meta:
        """Marshmallow's options."""

        unknown = INCLUDE


class ProblemErrorSchema(OpenSchema):
    """One of several errors of a problem document."""

    pointer = fields.String()
    detail = fields.String(required=True)
    code = fields.String()


class ProblemSchema(OpenSchema):
    """An error as RFC 9457 problem document."""

    type = fields.String(required=True, metadata={"format": "uri", "example": "urn:guanxi:problem:not-found"})
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    code = fields.String(required=True)
    detail = fields.String()
    instance = fields.String(required=True)
    errors = fields.List(fields.Nested(ProblemErrorSchema))
    trace_id = fields.String()


class DayClosedSchema(StrictSchema):
    """The data of a day marker: everything of this local day has been sent."""

    day = fields.Date(required=True, format="iso")


class CauseSchema(StrictSchema):
    """Why a snapshot or decision came about."""

    kind = fields.String(required=True, validate=validate.OneOf(["event", "day", "release"]))
    id = fields.String(required=True)
    type = fields.String(required=True)
    source = fields.String(required=True)


class SnapshotSchema(StrictSchema):
    """What is known of a customer at one instant."""

    customer = fields.String(required=True)
    sequence = fields.Integer(required=True, strict=True, metadata={"description": "1, 2, 3 … per customer."})
    as_of = instant("The customer's clock.")
    day = fields.Integer(
        required=True, strict=True, metadata={"description": "Days since 0001-01-01, local."}
    )
    cause = fields.Nested(CauseSchema, required=True)
    release = fields.String(required=True, metadata={"description": "Digest of the rules to judge by."})
    facts = fields.Dict(keys=fields.String(), required=True)
    anchors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.Float(), validate=validate.Length(equal=3)),
        required=True,
        metadata={"description": "Facts that count days: [day, factor, divisor]."},
    )


class LeafSchema(StrictSchema):
    """One condition as it was read."""

    fact = fields.String(required=True)
    phrase = fields.String(required=True)
    value = fields.Raw(required=True, allow_none=True)
    outcome = fields.Boolean(required=True, allow_none=True)
    threshold = fields.Raw(required=True, allow_none=True)
    margin = fields.Float(required=True, allow_none=True)


class ActionSchema(StrictSchema):
    """One ordered action, its fields resolved."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    fields_ = fields.Dict(keys=fields.String(), required=True, data_key="fields", attribute="fields")


class DecisionSchema(StrictSchema):
    """That a rule fired, was held back, or let go of a customer, and why."""

    id = fields.String(required=True)
    customer = fields.String(required=True)
    rule = fields.String(required=True)
    policy = fields.String(required=True)
    release = fields.String(required=True)
    outcome = fields.String(
        required=True, validate=validate.OneOf(["fired", "blocked", "resolved", "stopped", "held_out"])
    )
    mode = fields.String(required=True, validate=validate.OneOf(["live", "shadow", "percent"]))
    as_of = instant("The customer's clock when it was decided.")
    day = fields.Integer(required=True, strict=True)
    cause = fields.Nested(CauseSchema, required=True)
    facts = fields.Dict(keys=fields.String(), required=True)
    leaves = fields.List(fields.Nested(LeafSchema), required=True)
    reason = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    actions = fields.List(fields.Nested(ActionSchema), required=True)
    held_by = fields.String(required=True)
    losers = fields.List(fields.Dict(keys=fields.String(), values=fields.String()), required=True)
    episode_before = fields.Dict(keys=fields.String(), required=True)
    episode_after = fields.Dict(keys=fields.String(), required=True)
    tier_change = fields.String(required=True, allow_none=True)
    score_lines = fields.List(fields.Dict(keys=fields.String()), required=True)
    bucket = fields.Float(required=True, allow_none=True)
    basis = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "What was read besides: previous, firings, tier_kept_until, paused."},
    )
    budget = fields.Dict(
        keys=fields.String(),
        values=fields.Integer(allow_none=True),
        required=True,
        metadata={"description": "`number` of its place among the `places` of the day; null for none."},
    )
    engine = fields.String(required=True)
    agreed = fields.Boolean(required=True)


class EventNameSchema(StrictSchema):
    """Which event."""

    id = fields.String(required=True)
    type = fields.String(required=True)
    source = fields.String(required=True)


class AwaitedSchema(StrictSchema):
    """That an event came for which care tasks may wait."""

    customer = fields.String(required=True)
    as_of = instant("The customer's clock when it was dealt with.")
    day = fields.Integer(required=True, strict=True)
    event = fields.Nested(EventNameSchema, required=True)


class NotificationSchema(StrictSchema):
    """What somebody was told about a customer, or why not."""

    id = fields.String(required=True)
    customer = fields.String(required=True)
    decision = fields.String(required=True)
    action = fields.String(required=True)
    kind = fields.String(required=True)
    rule = fields.String(required=True)
    policy = fields.String(required=True)
    route = fields.String(required=True)
    to = fields.String(required=True)
    channel = fields.String(required=True)
    subject = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    body = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    as_of = instant("The customer's clock.")
    day = fields.Integer(required=True, strict=True)
    outcome = fields.String(required=True, validate=validate.OneOf(["sent", "queued", "held", "dropped"]))
    held_by = fields.String(required=True)
    task = fields.String(required=True)
    fields_ = fields.Dict(keys=fields.String(), required=True, data_key="fields", attribute="fields")


BODIES: dict[str, type[Schema]] = {
    EventTypes.DAY_CLOSED: DayClosedSchema,
    EventTypes.SNAPSHOT: SnapshotSchema,
    EventTypes.DECISION: DecisionSchema,
    EventTypes.AWAITED: AwaitedSchema,
    EventTypes.NOTIFICATION: NotificationSchema,
}
"""The data of Guanxi's own messages, by type."""
