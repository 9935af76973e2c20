"""Stopping rules over HTTP: the twin of `guanxi rule`, over the same use cases.

Anybody who may change rules may stop one, alone.
"""

from typing import Any

from flask_smorest import Blueprint

from services.rules import schemas
from services.rules.answering import answer_refusals, caller
from services.rules.switch_desk import Matchers, SwitchDesk
from shared.contracts.schemas import ProblemSchema
from shared.http.access import needs
from shared.http.keys import Scope
from shared.switches.model import SwitchKind, told

Json = dict[str, Any]

MAY_STOP = (Scope.EDITOR, Scope.APPROVER, Scope.ADMIN)


def switch_routes(desk: SwitchDesk) -> Blueprint:
    """Every route about stopping rules."""
    routes = Blueprint("switches", __name__, url_prefix="/v1", description="Stop rules, and let them go on.")
    answer_refusals(routes)
    _rules(routes, desk)
    _silences(routes, desk)
    return routes


def _rules(routes: Blueprint, desk: SwitchDesk) -> None:
    @routes.get("/rules")
    @needs(Scope.READ)
    @routes.response(200, schemas.RulesSchema)
    def list_rules() -> Json:
        """List the active release's rules, and what holds any of them back."""
        return {"rules": desk.rules()}

    @routes.post("/rules/<rule>/pause")
    @needs(*MAY_STOP)
    @routes.arguments(schemas.ReasonSchema)
    @routes.response(201, schemas.SwitchSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    def pause(given: Json, rule: str) -> Json:
        """Stop a rule at once: its actions wait."""
        return told(desk.pause(rule, caller(), given["reason"]))

    @routes.delete("/rules/<rule>/pause")
    @needs(*MAY_STOP)
    @routes.arguments(schemas.ReasonSchema, location="query")
    @routes.response(200, schemas.SwitchSchema)
    @routes.alt_response(409, schema=ProblemSchema)
    def resume(given: Json, rule: str) -> Json:
        """Let a paused rule go on."""
        return told(desk.resume(rule, caller(), given["reason"]))

    @routes.delete("/rules/<rule>/brake")
    @needs(*MAY_STOP)
    @routes.arguments(schemas.ReasonSchema, location="query")
    @routes.response(200, schemas.SwitchSchema)
    @routes.alt_response(409, schema=ProblemSchema)
    def release(given: Json, rule: str) -> Json:
        """Let a rule go on that its brake has stopped."""
        return told(desk.release(rule, caller(), given["reason"]))


def _silences(routes: Blueprint, desk: SwitchDesk) -> None:
    @routes.get("/silences")
    @needs(Scope.READ)
    @routes.response(200, schemas.SilencesSchema)
    def list_silences() -> Json:
        """List silences that are not over."""
        return {"silences": [told(each) for each in desk.board.open() if each.kind is SwitchKind.SILENCE]}

    @routes.get("/silences/preview")
    @needs(Scope.READ)
    @routes.arguments(schemas.PreviewQuery, location="query")
    @routes.response(200, schemas.PreviewSchema)
    def preview(query: Json) -> Json:
        """Tell what a silence would have held back in the last days."""
        return desk.preview(_matchers(query), query["days"])

    @routes.post("/silences")
    @needs(*MAY_STOP)
    @routes.arguments(schemas.SilenceSchema)
    @routes.response(201, schemas.SwitchSchema)
    @routes.alt_response(422, schema=ProblemSchema)
    def silence(given: Json) -> Json:
        """Hold back what reaches outward, for a time."""
        done = desk.silence(_matchers(given), caller(), given["reason"], given["until"], given["starts"])
        return told(done)

    @routes.delete("/silences/<int:number>")
    @needs(*MAY_STOP)
    @routes.arguments(schemas.ReasonSchema, location="query")
    @routes.response(200, schemas.SwitchSchema)
    @routes.alt_response(409, schema=ProblemSchema)
    def unsilence(given: Json, number: int) -> Json:
        """End a silence before its time."""
        return told(desk.end(number, caller(), given["reason"]))


def _matchers(given: Json) -> Matchers:
    return Matchers(given["rule"], given["customer"], given["segment"], given["alert"])
