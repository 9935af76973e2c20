"""What the routes of reports take and answer, declared for their OpenAPI document."""

from marshmallow import Schema, fields, validate

from shared.contracts.explaining import LanguageSchema, SheetSchema


class ReportNameSchema(Schema):
    """One report."""

    name = fields.String(required=True)
    answers = fields.String(required=True, metadata={"description": "The question that it answers."})
    method = fields.String(
        required=True, metadata={"description": "POST where the question needs a body, else GET."}
    )


class ReportNamesSchema(Schema):
    """Every report that can be asked for."""

    reports = fields.List(fields.Nested(ReportNameSchema), required=True)


class ReportQuerySchema(LanguageSchema):
    """How a report is wanted; what it has no use for, it leaves alone."""

    month = fields.String(metadata={"description": "Only this month, as 2011-06."})
    since = fields.String(metadata={"description": "From this local date on."})
    until = fields.String(metadata={"description": "Up to this local date, included."})
    metric = fields.String(metadata={"description": "Which sum of amounts is meant; else the widest."})
    margin = fields.Float(metadata={"description": "Of pareto: rank profit at this margin, in percent."})
    days = fields.Integer(
        metadata={"description": "Of files: stale when not updated for so long; of uplift: how long to look."}
    )
    measure = fields.String(metadata={"description": "Of uplift: orders, buyers or revenue."})
    by = fields.String(metadata={"description": "Of uplift: also by the value of this fact that rules set."})


class RankingQuerySchema(LanguageSchema):
    """Whom the ranking is to find, and beside what."""

    fact = fields.String(load_default="loyal", metadata={"description": "The field, true or false, sought."})
    size = fields.Integer(
        validate=validate.Range(1), metadata={"description": "How many are chosen; else the circle's."}
    )
    metric = fields.String(metadata={"description": "Which sum of amounts is spending; else the widest."})


class ReportSchema(Schema):
    """A report, told for programs and for people."""

    data = fields.Dict(required=True, metadata={"description": "What `guanxi report NAME --json` prints."})
    sheets = fields.List(fields.Nested(SheetSchema), required=True)
    problems = fields.List(
        fields.String(), required=True, metadata={"description": "Where the data does not agree with itself."}
    )
