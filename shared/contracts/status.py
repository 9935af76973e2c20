"""What workers tell of themselves and of a customer over HTTP, declared for their OpenAPI documents."""

from marshmallow import Schema, fields


class WorkerStatusSchema(Schema):
    """How far a worker is."""

    service = fields.String(metadata={"description": "Name of the service."})
    reads = fields.String(metadata={"description": "Topic it consumes."})
    partitions = fields.List(fields.Integer(), metadata={"description": "Partitions held by this worker."})
    waiting_for = fields.String(metadata={"description": "Why it is not ready; empty when it is."})
    processed = fields.Integer(metadata={"description": "Messages with an effect, since its start."})
    duplicates = fields.Integer(metadata={"description": "Messages known already, since its start."})
    dead_letters = fields.Integer(metadata={"description": "Messages set aside, since its start."})
    busy_s = fields.Float(metadata={"description": "Seconds spent on batches, since its start."})
    last_closed_day = fields.String(
        allow_none=True, metadata={"description": "Last local day closed on every partition."}
    )


class RulesStatusSchema(WorkerStatusSchema):
    """How far the rules service is, and by which release."""

    release = fields.String(allow_none=True, metadata={"description": "Digest of the active release."})
    activation = fields.Integer(metadata={"description": "Number of its activation."})
    problems = fields.List(
        fields.String(), metadata={"description": "What keeps the edited rule files from becoming active."}
    )
    replayed = fields.Dict(
        keys=fields.String(),
        allow_none=True,
        metadata={"description": "Decisions of the last closed day that were made again; null before."},
    )
    waiting = fields.List(
        fields.String(), metadata={"description": "A release that waits, and the steps that it still needs."}
    )
    stopped = fields.List(
        fields.String(), metadata={"description": "Rules that a pause, silence or brake holds back, and why."}
    )
    open_reviews = fields.List(
        fields.String(), metadata={"description": "Emergency activations that nobody has reviewed yet."}
    )
    zh = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "problems, waiting, stopped and open_reviews in Chinese."},
    )


class CustomerSchema(Schema):
    """One customer as last measured."""

    customer = fields.String(required=True)
    as_of = fields.String(required=True)
    release = fields.String(required=True)
    facts = fields.Dict(keys=fields.String(), required=True)


class RelationshipSchema(Schema):
    """What the rules made of one customer."""

    customer = fields.String(required=True)
    tier = fields.String(required=True, metadata={"description": "The tier the customer is in."})
    relationship = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"description": "Derived facts, episodes by rule, entitlements, and since when."},
    )
