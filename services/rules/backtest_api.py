"""Backtests over HTTP: asked for, looked at, fetched. The same use case as `guanxi backtest`."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response
from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from services.rules.backtest_jobs import BacktestJobs, BusyError, UnknownBacktestError
from shared.contracts.schemas import ProblemSchema, StrictSchema
from shared.http.access import needs
from shared.http.keys import Scope
from shared.http.problems import ProblemError

_Told = TypeVar("_Told")

_NAME = validate.Regexp(r"^(active|[0-9a-f]{6,64})$", error="is neither `active` nor a release's digest")


class BacktestRequestSchema(StrictSchema):
    """What to compare. The candidate is a stored release, or rule files."""

    base = fields.String(
        load_default="active", validate=_NAME, metadata={"description": "`active`, or a release's digest."}
    )
    candidate = fields.String(validate=_NAME, metadata={"description": "A stored release's digest."})
    files = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default=dict,
        metadata={"description": "Texts of rule files by path, such as `policies/membership.yaml`."},
    )
    from_ = fields.Date(
        data_key="from", metadata={"description": "The candidate takes over before this day."}
    )
    to = fields.Date(metadata={"description": "The last day."})
    event_time = fields.Boolean(load_default=False, metadata={"description": "In the order of event time."})
    samples = fields.Integer(load_default=20, validate=validate.Range(0, 1_000))

    @validates_schema
    def _one_candidate(self, data: dict[str, Any], **_: Any) -> None:
        if ("candidate" in data) == bool(data.get("files")):
            raise ValidationError("name the candidate by `candidate` or by `files`", "candidate")


class BacktestSchema(Schema):
    """One backtest: how far it is, and what came out."""

    id = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(["running", "done", "failed"]))
    request = fields.Dict(required=True)
    percent = fields.Integer(metadata={"description": "How much of the events is dealt with."})
    problem = fields.String(metadata={"description": "Why it failed."})
    passed = fields.Boolean(metadata={"description": "Whether the candidate passes its gates."})
    moved = fields.Integer(metadata={"description": "Customers whose membership differs."})
    impact_percent = fields.Float(metadata={"description": "Their share of all."})
    digest = fields.String(metadata={"description": "SHA-256 of the report: what approvals sign."})


def backtest_routes(jobs: BacktestJobs) -> Blueprint:
    """The routes."""
    routes = Blueprint(
        "backtests", __name__, url_prefix="/v1/backtests", description="What other rules would have decided."
    )

    @routes.post("")
    @routes.arguments(BacktestRequestSchema)
    @routes.response(202, BacktestSchema)
    @routes.alt_response(429, schema=ProblemSchema)
    @needs(Scope.ADMIN, Scope.APPROVER)
    def begin(request: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """Begin a backtest over the recorded events; Location tells where to look."""
        identity = _started(jobs, request)
        return jobs.told(identity), {"Location": f"/v1/backtests/{identity}"}

    @routes.get("/<backtest>")
    @routes.response(200, BacktestSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.ADMIN, Scope.APPROVER, Scope.READ)
    def look(backtest: str) -> dict[str, Any]:
        """Tell how far a backtest is."""
        return _known(lambda: jobs.told(backtest))

    @routes.get("/<backtest>/report")
    @routes.response(200, Schema.from_dict({}, name="BacktestReport"))
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.ADMIN, Scope.APPROVER)
    def report(backtest: str) -> Response:
        """Return the finished report, which names customers."""
        found = _known(lambda: jobs.report(backtest))
        if found is None:
            detail = "It still runs, or has failed."
            raise ProblemError(404, "no-report", "No report", detail)
        return Response(found, content_type="application/json")

    return routes


def _started(jobs: BacktestJobs, request: dict[str, Any]) -> str:
    try:
        return jobs.start(request)
    except BusyError as error:
        later = {"Retry-After": "5"}
        raise ProblemError(429, error.code, "Too Many Requests", str(error), headers=later) from error


def _known(look: Callable[[], _Told]) -> _Told:
    try:
        return look()
    except UnknownBacktestError as error:
        raise ProblemError(404, error.code, "Unknown backtest", str(error)) from error
