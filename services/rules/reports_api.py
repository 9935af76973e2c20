"""Managers' reports over HTTP: the twin of `guanxi report`, over the same questions.

Thin: every route asks one report of `shared.asking`. Nothing here is ever written. Reports name customers by
id and tell reasons, so they need the scope that reads decisions; what customer files say is in none of them.
"""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from services.rules.ranking_api import ranking_route
from services.rules.report_forms import FORMS, SVG, misasked, refuse_unknown, told_as, wanted_form
from shared.asking.answers import REPORTS, Answer
from shared.asking.errors import MisaskedError
from shared.asking.ranking import ask_ranking
from shared.asking.records import Records
from shared.asking.wish import Wish, wish
from shared.contracts.reports import ReportNamesSchema, ReportQuerySchema, ReportSchema
from shared.contracts.schemas import ProblemSchema
from shared.http.access import needs
from shared.http.keys import Scope
from shared.http.languages import wanted_language
from shared.http.problems import ProblemError


def report_routes(records: Records) -> Blueprint:
    """The routes: which reports there are, and each of them."""
    routes = Blueprint("reports", __name__, url_prefix="/v1", description="Answers to managers' questions.")
    _routes(routes, records)
    ranking_route(routes, records)
    return routes


def _routes(routes: Blueprint, records: Records) -> None:
    @routes.get("/reports")
    @routes.response(200, ReportNamesSchema)
    @needs(Scope.READ)
    def names() -> dict[str, Any]:
        """List the reports and what each one answers."""
        told = [{"name": name, "answers": ask.__doc__, "method": "GET"} for name, ask in REPORTS.items()]
        return {"reports": [*told, {"name": "ranking", "answers": ask_ranking.__doc__, "method": "POST"}]}

    @routes.get("/reports/<name>.svg")
    @routes.arguments(ReportQuerySchema, location="query")
    @routes.response(200, description="The report's charts.", content_type=SVG)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def charts(query: dict[str, Any], name: str) -> Response:
        """Draw one report: its charts as one SVG file, in light or dark as the reader has it."""
        language = wanted_language()
        return told_as(SVG, _answered(records, name, _wish(language, query)), language)

    @routes.get("/reports/<name>")
    @routes.arguments(ReportQuerySchema, location="query")
    @routes.response(200, ReportSchema, description=FORMS)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def report(query: dict[str, Any], name: str) -> Response:
        """Answer one report: data for programs and tables for people, the main table as CSV, or a page."""
        language = wanted_language()
        return told_as(wanted_form(), _answered(records, name, _wish(language, query)), language)


def _wish(language: str, query: dict[str, Any]) -> Wish:
    refuse_unknown(ReportQuerySchema())
    asked = {name: value for name, value in query.items() if name != "language"}
    try:
        return wish(language=language, **asked)
    except MisaskedError as error:
        raise misasked(error) from error


def _answered(records: Records, name: str, wanted: Wish) -> Answer:
    if name not in REPORTS:
        known = ", ".join(REPORTS)
        raise ProblemError(404, "unknown-report", "Unknown report", f"No report {name!r}; there are {known}.")
    try:
        return REPORTS[name](records, wanted)
    except MisaskedError as error:
        raise misasked(error) from error
