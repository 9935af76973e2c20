"""The HTTP surface of ingest: ``POST /v1/events`` in every mode of CloudEvents, and the simple form.

Only reading requests and writing answers; what is accepted is decided by `Intake`.
"""

from collections.abc import Mapping
from typing import Any

import orjson
from flask import Flask, Response, request
from flask_smorest import Blueprint

from services.ingest.admission import Sender, Verdict
from services.ingest.intake import Intake
from services.ingest.reading import ACCEPTED_TYPES, UnreadableError, read_body
from shared.contracts.cloudevents import BATCH_TYPE, JSON_TYPE, STRUCTURED_TYPE
from shared.contracts.limits import MAX_BATCH_BYTES
from shared.contracts.schemas import AcceptanceSchema, CloudEventSchema, SimpleEventSchema
from shared.http.access import needs, principal
from shared.http.app import Check, create_app, register
from shared.http.keys import KeyRing, Scope
from shared.http.problems import ProblemError, trace_id

_BODIES = {
    STRUCTURED_TYPE: CloudEventSchema,
    BATCH_TYPE: CloudEventSchema(many=True),
    JSON_TYPE: {"oneOf": [SimpleEventSchema, {"type": "array", "items": SimpleEventSchema}]},
}
_DESCRIPTION = """Accepts one event or many. Each is answered by itself; good ones are accepted beside bad
ones, and an event is accepted only once it is durable. Sending the same `source` and `id` again changes
nothing, so after a 503 or a broken connection just send the request again.

With `application/json` send one event or a list of events in the simple form, or, with `ce-*` headers,
the data of one CloudEvent in binary mode."""


def ingest_app(intake: Intake, keys: KeyRing, checks: Mapping[str, Check], *blueprints: Blueprint) -> Flask:
    """The application of ingest; *blueprints* are its further routes."""
    app = create_app(
        "ingest",
        title="Guanxi ingest",
        checks=checks,
        keys=keys,
        max_body_bytes=MAX_BATCH_BYTES,
    )
    for blueprint in (events_routes(intake), *blueprints):
        register(app, blueprint)
    return app


def events_routes(intake: Intake) -> Blueprint:
    """The route that publishers use."""
    blueprint = Blueprint("events", __name__, url_prefix="/v1", description="Publishing events.")

    @blueprint.post("/events")
    @blueprint.doc(
        summary="Publish events",
        description=_DESCRIPTION,
        requestBody={
            "required": True,
            "content": {media_type: {"schema": schema} for media_type, schema in _BODIES.items()},
        },
    )
    @blueprint.response(202, AcceptanceSchema, description="At least one event was accepted.")
    @blueprint.alt_response(422, schema=AcceptanceSchema, description="No event was accepted.")
    @blueprint.alt_response(400, "DEFAULT_ERROR", description="The body cannot be read.", success=False)
    @needs(Scope.EVENTS_WRITE)
    def publish() -> Response:
        if request.headers.get("Content-Encoding", "identity").lower() != "identity":
            raise ProblemError(415, "unsupported-encoding", "Unsupported Media Type", "Send plain bodies.")
        headers = {name.lower(): value for name, value in request.headers.items()}
        try:
            body = read_body(headers.get("content-type", ""), headers, request.get_data(cache=False))
        except UnreadableError as error:
            raise _problem_of(error) from error
        return _answer(intake.publish(body.items, _sender(headers)))

    return blueprint


def _sender(headers: Mapping[str, str]) -> Sender:
    return Sender(
        may_close_days=Scope.CLOCK.value in principal().scopes,
        traceparent=headers["traceparent"] if trace_id() else "",
    )


def _answer(verdicts: list[Verdict]) -> Response:
    items = [_item(index, verdict) for index, verdict in enumerate(verdicts)]
    accepted = sum(verdict.error is None for verdict in verdicts)
    body = {"accepted": accepted, "rejected": len(items) - accepted, "items": items}
    return Response(orjson.dumps(body), 202 if accepted else 422, content_type=JSON_TYPE)


def _item(index: int, verdict: Verdict) -> dict[str, Any]:
    if verdict.error is None:
        return {"index": index, "id": verdict.id, "status": "accepted"}
    return {"index": index, "id": verdict.id, "status": "rejected", "error": verdict.error.told()}


def _problem_of(error: UnreadableError) -> ProblemError:
    titles = {400: "Bad Request", 413: "Content Too Large", 415: "Unsupported Media Type"}
    accept = {"Accept-Post": ", ".join(ACCEPTED_TYPES)} if error.status == 415 else {}
    return ProblemError(error.status, error.code, titles[error.status], str(error), headers=accept)
