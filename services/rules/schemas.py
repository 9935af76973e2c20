"""What the routes about releases and rules take and answer, declared for their OpenAPI document."""

from marshmallow import Schema, fields, validate

from shared.model.governance import EvidenceKind

_REASON = {"description": "Why; it is kept."}


def _reason() -> fields.String:
    return fields.String(required=True, validate=validate.Length(1, 500), metadata=_REASON)


def _text(about: str) -> fields.String:
    return fields.String(load_default="", validate=validate.Length(max=500), metadata={"description": about})


class StandingSchema(Schema):
    """Where a release stands."""

    release = fields.String(metadata={"description": "The release's digest."})
    stage = fields.String(metadata={"description": "draft, checked, tested, backtested, approved, …"})
    missing = fields.List(fields.String(), metadata={"description": "Steps before it may become active."})
    evidence = fields.Dict(metadata={"description": "The report of each kind that still holds."})
    approved_by = fields.List(fields.String(), metadata={"description": "Whose approvals count."})
    approvals_needed = fields.Integer(metadata={"description": "How many must approve, by the impact."})
    impact_percent = fields.Float(metadata={"description": "Share of customers it would move."})
    scheduled = fields.Dict(allow_none=True, metadata={"description": "The planned activation."})
    version = fields.Integer(metadata={"description": "How often it was acted on; stands in the ETag."})


class ReleaseRowSchema(StandingSchema):
    """A release among others."""

    created_at = fields.String(metadata={"description": "When it was stored."})


class ReleasesSchema(Schema):
    """Every release."""

    releases = fields.List(fields.Nested(ReleaseRowSchema))


class ProposalSchema(Schema):
    """Rule files to propose."""

    files = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        required=True,
        metadata={"description": "The text of each rule file by its path in the rules' folder."},
    )
    note = _text("What the change is for.")


class EvidenceSchema(Schema):
    """Which evidence to make."""

    kinds = fields.List(
        fields.String(validate=validate.OneOf([kind.value for kind in EvidenceKind])),
        load_default=list,
        metadata={"description": "Only these kinds; by default what the gate asks for and can be made here."},
    )


class NoteSchema(Schema):
    """A remark."""

    note = _text("What was looked at.")


class ReasonSchema(Schema):
    """Why something is done."""

    reason = _reason()


class ScheduleSchema(Schema):
    """When to activate."""

    at = fields.AwareDateTime(required=True, metadata={"description": "The point in time."})


class ActivationOrderSchema(Schema):
    """How to activate."""

    reason = _text("Why now; an emergency needs one.")
    emergency = fields.Boolean(load_default=False)
    hours = fields.Integer(load_default=24, validate=validate.Range(1, 168))
    despite_dry_run = fields.Boolean(load_default=False)


class RollbackSchema(ReasonSchema):
    """Back to which release."""

    to = _text("Which earlier release; by default the one before.")


class ActivationSchema(Schema):
    """An activation."""

    number = fields.Integer()
    release = fields.String()
    activated_at = fields.String()
    reason = fields.String()
    by = fields.String()
    kind = fields.String(metadata={"description": "automatic, approved, emergency, rollback or expired."})
    expires_at = fields.String(allow_none=True)


class RolledBackSchema(Schema):
    """What a rollback did, and what the bad release has left behind."""

    activation = fields.Nested(ActivationSchema)
    aftermath = fields.Dict(metadata={"description": "Decisions by rule, customers, and a plan to undo."})


class DifferencesQuery(Schema):
    """What to compare with."""

    since = fields.String(load_default="active", metadata={"description": "The earlier release."})


class DifferencesSchema(Schema):
    """What changed."""

    differences = fields.List(fields.Dict())


class RulesSchema(Schema):
    """Rules with what holds them back."""

    rules = fields.List(fields.Dict())


class SwitchSchema(Schema):
    """A pause, silence, brake, or the end of one."""

    number = fields.Integer()
    kind = fields.String()
    at = fields.String()
    by = fields.String()
    reason = fields.String()
    rule = fields.String()
    customer = fields.String()
    segment = fields.String()
    alert = fields.String()
    starts = fields.String()
    until = fields.String()
    ends = fields.Integer()
    found = fields.Dict()


class MatchersSchema(Schema):
    """Which decisions a silence concerns."""

    rule = _text("Only this rule.")
    customer = _text("Only this customer.")
    segment = _text("Only customers of this segment.")
    alert = _text("Only rules that raise this alert.")


class SilenceSchema(MatchersSchema):
    """A silence to set."""

    reason = _reason()
    until = fields.AwareDateTime(required=True, metadata={"description": "When it ends."})
    starts = fields.AwareDateTime(
        load_default=None, metadata={"description": "When it begins; now by default."}
    )


class PreviewQuery(MatchersSchema):
    """A silence to try."""

    days = fields.Integer(load_default=30, validate=validate.Range(1, 400))


class PreviewSchema(Schema):
    """What a silence would have held back."""

    days = fields.Integer()
    decisions = fields.Integer()
    customers = fields.Integer()
    by_rule = fields.Dict()
    latest = fields.List(fields.Dict())


class SilencesSchema(Schema):
    """Every silence that is not over."""

    silences = fields.List(fields.Nested(SwitchSchema))
