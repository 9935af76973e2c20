"""What the HTTP API takes and gives; unknown fields are refused.

Shapes only. The words people read come with their languages.
"""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from services.notification.tasks import CLOSED, OUTCOMES, STATUSES
from shared.http.languages import LANGUAGES


class Strict(Schema):
    """Input with a name that is not known is an error, not ignored."""

    class Meta:
        """Marshmallow's place for it."""

        unknown = RAISE


def _text() -> fields.Dict:
    return fields.Dict(keys=fields.String(), values=fields.String())


class PageQuery(Strict):
    """How much, and from where on."""

    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1_000))
    cursor = fields.String(load_default=None)


class TaskQuery(PageQuery):
    """Which tasks; the most urgent come first."""

    status = fields.String(load_default=None, validate=validate.OneOf(STATUSES))
    customer = fields.String(load_default=None)
    owner = fields.String(load_default=None)
    due_before = fields.Date(load_default=None, metadata={"description": "Due on this day or earlier."})


class StepAnswer(Schema):
    """What somebody did with a task."""

    at = fields.String(required=True)
    by = fields.String(
        required=True, metadata={"description": "Name of the API key; of an event, who sent it."}
    )
    what = fields.String(
        required=True, validate=validate.OneOf(("assigned", "snoozed", "escalated", *OUTCOMES, CLOSED))
    )
    before = fields.String(attribute="from", metadata={"description": "The owner or due date until then."})
    after = fields.String(attribute="to", metadata={"description": "The owner or due date since then."})
    reason = fields.String()


class TaskAnswer(Schema):
    """A care task."""

    id = fields.String(attribute="_id", required=True)
    customer = fields.String(required=True)
    task = fields.String(required=True, metadata={"description": "The kind of task, as rules name it."})
    owner = fields.String(required=True)
    title = _text()
    playbook = _text()
    channel = fields.String()
    key_event = fields.String(allow_none=True)
    closed_by = fields.List(fields.String(), metadata={"description": "Events that end it."})
    due_date = fields.String(required=True, metadata={"format": "date"})
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    opened_at = fields.String(required=True)
    opened_by = fields.String(required=True, metadata={"description": "Id of the decision."})
    rule = fields.String(required=True)
    policy = fields.String(required=True)
    release = fields.String(required=True)
    reason = _text()
    closed_at = fields.String(allow_none=True)
    escalated = fields.Function(
        lambda task: task.get("escalated_day") is not None,
        metadata={"type": "boolean", "description": "Somebody else was told that it is overdue."},
    )
    note = fields.Function(lambda task: (task["closing"] or {}).get("data", {}).get("note"))
    history = fields.List(fields.Nested(StepAnswer), metadata={"description": "The oldest step first."})


class TaskPage(Schema):
    """Tasks and where to go on."""

    tasks = fields.List(fields.Nested(TaskAnswer), required=True)
    cursor = fields.String(allow_none=True)


def _reason() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, 2_000))


class AssignBody(Strict):
    """Who is to do a task."""

    to = fields.String(required=True, validate=validate.Length(1, 200))
    reason = _reason()


class SnoozeBody(Strict):
    """Until when a task is put off."""

    until = fields.Date(required=True, metadata={"description": "The new due date, later than the present."})
    reason = _reason()


class OutcomeBody(Strict):
    """What became of a task."""

    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    note = fields.String(load_default="", validate=validate.Length(max=2_000))
    at = fields.AwareDateTime(
        load_default=None, format="iso", metadata={"description": "When; default: now, by Guanxi's clock."}
    )


class InboxQuery(PageQuery):
    """Which messages; the newest come first."""

    to = fields.String(load_default=None)
    customer = fields.String(load_default=None)
    group = fields.String(load_default=None)


class GroupQuery(Strict):
    """Whose groups."""

    to = fields.String(required=True)


class GroupAnswer(Schema):
    """Messages told as one line."""

    group = fields.String(required=True)
    messages = fields.Integer(required=True, metadata={"description": "How many messages it folds."})


class GroupList(Schema):
    """Groups, the newest days first."""

    groups = fields.List(fields.Nested(GroupAnswer), required=True)


class InboxAnswer(Schema):
    """A message for somebody who looks in Guanxi itself."""

    id = fields.String(attribute="_id", required=True)
    to = fields.String(required=True)
    customer = fields.String(required=True)
    created_at = fields.String(required=True)
    group = fields.String(
        allow_none=True, metadata={"description": "The group it is folded into, if its route has one."}
    )
    subject = _text()
    body = _text()
    route = fields.String()
    kind = fields.String(metadata={"description": "Kind of the action it tells of."})
    tasks = fields.List(
        fields.String(), metadata={"description": "Overdue tasks: their ids; the text names the first fifty."}
    )
    decision = fields.String(required=True)
    rule = fields.String(required=True)


class InboxPage(Schema):
    """Messages and where to go on."""

    messages = fields.List(fields.Nested(InboxAnswer), required=True)
    cursor = fields.String(allow_none=True)


class DeliveryQuery(PageQuery):
    """Which deliveries."""

    customer = fields.String(load_default=None)
    status = fields.String(load_default=None)
    subscription = fields.String(load_default=None)


class AttemptAnswer(Schema):
    """One try to send."""

    number = fields.Integer()
    at = fields.String()
    outcome = fields.String()
    status = fields.Integer(allow_none=True)
    detail = fields.String()
    excerpt = fields.String(metadata={"description": "The beginning of the receiver's answer."})
    duration_ms = fields.Integer()


class DeliveryAnswer(Schema):
    """A notification on its way to a subscriber; its id is the webhook-id."""

    id = fields.String(attribute="_id", required=True)
    notification = fields.String(required=True)
    subscription = fields.String(required=True)
    channel = fields.String(required=True)
    customer = fields.String(required=True, metadata={"description": "Empty for a manager's digest."})
    status = fields.String(required=True)
    created_at = fields.String(required=True)
    next_attempt_at = fields.String(allow_none=True)
    held_until = fields.String(allow_none=True)
    ambiguous = fields.Integer(metadata={"description": "Attempts that may have arrived unrecorded."})
    attempts = fields.List(fields.Nested(AttemptAnswer))


class DeliveryPage(Schema):
    """Deliveries and where to go on."""

    deliveries = fields.List(fields.Nested(DeliveryAnswer), required=True)
    cursor = fields.String(allow_none=True)


class SubscriptionBody(Strict):
    """A webhook or a person's address to add; files and private networks are added on the machine itself."""

    url = fields.String(validate=validate.Length(max=2_000), metadata={"description": "Of a webhook."})
    address = fields.String(
        validate=validate.Length(max=320), metadata={"description": "E-mail address of a person."}
    )
    language = fields.String(
        load_default="en",
        validate=validate.OneOf(LANGUAGES),
        metadata={"description": "Of an address: what the person reads."},
    )
    routes = fields.List(
        fields.String(), load_default=list, metadata={"description": "Only these; none: every route."}
    )

    @validates_schema
    def _one_target(self, data: dict[str, Any], **_: Any) -> None:
        if ("url" in data) == ("address" in data):
            raise ValidationError("give a webhook's `url` or a person's `address`", "url")


class SubscriptionAnswer(Schema):
    """A subscriber."""

    id = fields.String(required=True)
    kind = fields.String(required=True)
    target = fields.String(required=True)
    status = fields.String(required=True)
    created_at = fields.String(required=True)
    routes = fields.List(fields.String())
    allow_networks = fields.List(fields.String())
    language = fields.String(metadata={"description": "Of an address: what the person reads."})
    failing_since = fields.String(allow_none=True)
    disabled_because = fields.String(allow_none=True)
    secret = fields.String(metadata={"description": "The signing secret, shown only when it was made."})


class SubscriptionList(Schema):
    """Every subscriber."""

    subscriptions = fields.List(fields.Nested(SubscriptionAnswer), required=True)


class ContactsAnswer(Schema):
    """The contacts with one customer, and what was held back of late, with the reasons."""

    customer = fields.String(required=True)
    contacts = fields.List(fields.Dict())
    held = fields.List(fields.Dict())
