"""Dead letters over HTTP: the same use cases as `guanxi dead-letters`. Scope admin."""

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate

from services.ingest.catalogue import CompiledCatalogue
from services.ingest.dead_letters import (
    DISCARDED,
    OPEN,
    REPLAYED,
    REPLAYING,
    DeadLetters,
    UnknownLetterError,
    Wanted,
)
from services.ingest.letter_view import full, summary
from shared.bus.port import Producer
from shared.contracts.schemas import StrictSchema, instant
from shared.http.access import needs
from shared.http.keys import Scope
from shared.http.personal import note_personal_reading
from shared.http.problems import ProblemError


class LetterQuerySchema(StrictSchema):
    """Which letters to list."""

    status = fields.String(validate=validate.OneOf([OPEN, REPLAYING, REPLAYED, DISCARDED]))
    reason = fields.String()
    service = fields.String()
    since = instant("Recorded at or after.", required=False)
    until = instant("Recorded before.", required=False)
    limit = fields.Integer(load_default=100, validate=validate.Range(1, 1000))
    cursor = fields.String(load_default=None)


class RevealSchema(StrictSchema):
    """How to show a letter."""

    reveal = fields.Boolean(load_default=False, metadata={"description": "Show personal fields."})


class DiscardSchema(StrictSchema):
    """Why a letter is discarded."""

    reason = fields.String(required=True, validate=validate.Length(1, 1000))


class LetterSchema(Schema):
    """A dead letter. A list leaves out headers and value."""

    id = fields.String(required=True)
    status = fields.String(required=True)
    reason = fields.String(required=True)
    detail = fields.String(required=True)
    service = fields.String(required=True)
    version = fields.String()
    type = fields.String()
    topic = fields.String(required=True)
    partition = fields.Integer(required=True)
    offset = fields.Integer(required=True)
    key = fields.String(required=True)
    size = fields.Integer(required=True)
    attempts = fields.Integer(required=True)
    first_failed_at = fields.String()
    recorded_at = fields.String(required=True)
    closed_at = fields.String()
    discarded_because = fields.String()
    headers = fields.Dict(keys=fields.String(), values=fields.String())
    value = fields.Raw()


class LetterPageSchema(Schema):
    """One page of letters, oldest first, and the cursor of the next."""

    letters = fields.List(fields.Nested(LetterSchema), required=True)
    cursor = fields.String(required=True, allow_none=True)


class DoneSchema(Schema):
    """Whether anything was done: a letter is sent again or discarded once."""

    id = fields.String(required=True)
    done = fields.Boolean(required=True)


def dead_letter_routes(
    letters: DeadLetters, producer: Producer, catalogue: Callable[[], CompiledCatalogue]
) -> Blueprint:
    """The routes of dead letters."""
    blueprint = Blueprint(
        "dead-letters", __name__, url_prefix="/v1/dead-letters", description="What could not be processed."
    )

    @blueprint.get("")
    @blueprint.arguments(LetterQuerySchema, location="query", unknown=RAISE)
    @blueprint.response(200, LetterPageSchema)
    @needs(Scope.ADMIN)
    def list_letters(query: dict[str, Any]) -> dict[str, Any]:
        """List dead letters."""
        limit, cursor = query.pop("limit"), query.pop("cursor")
        page = letters.list(Wanted(**query), limit=limit, cursor=cursor)
        return {"letters": [summary(found.document) for found in page.documents], "cursor": page.cursor}

    @blueprint.get("/<identity>")
    @blueprint.arguments(RevealSchema, location="query", unknown=RAISE)
    @blueprint.response(200, LetterSchema)
    @needs(Scope.ADMIN)
    def show_letter(query: dict[str, Any], identity: str) -> dict[str, Any]:
        """Show one dead letter, personal fields hidden."""
        found = _found(letters, identity)
        if query["reveal"]:
            note_personal_reading(found.get("key") or "")
        return full(found, catalogue(), reveal=query["reveal"])

    @blueprint.post("/<identity>/replay")
    @blueprint.response(200, DoneSchema)
    @needs(Scope.ADMIN)
    def replay_letter(identity: str) -> dict[str, Any]:
        """Send a dead letter again, once."""
        _found(letters, identity)
        return {"id": identity, "done": letters.replay(identity, producer)}

    @blueprint.post("/<identity>/discard")
    @blueprint.arguments(DiscardSchema)
    @blueprint.response(200, DoneSchema)
    @needs(Scope.ADMIN)
    def discard_letter(body: dict[str, Any], identity: str) -> dict[str, Any]:
        """Close a dead letter without sending it."""
        _found(letters, identity)
        return {"id": identity, "done": letters.discard(identity, body["reason"])}

    return blueprint


def _found(letters: DeadLetters, identity: str) -> dict[str, Any]:
    try:
        return letters.get(identity).document
    except UnknownLetterError as error:
        raise ProblemError(404, error.code, "Not Found", str(error)) from error
