"""Managers' reports over HTTP: the twin of `guanxi report`, over the same questions.

Thin: every route asks one report of `shared.asking`. Nothing here is ever written. Reports name customers by
id and tell reasons, so they need the scope that reads decisions; what customer files say is in none of them.
"""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from shared.asking.answers import REPORTS, Answer
from shared.asking.errors import MisaskedError
from shared.asking.records import Records
from shared.asking.wish import Wish, wish
from shared.contracts.reports import ReportNamesSchema, ReportQuerySchema, ReportSchema
from shared.contracts.schemas import ProblemSchema
from shared.http.access import needs
from shared.http.keys import Scope
from shared.http.languages import answer_in, wanted_language
from shared.http.problems import ProblemError
from shared.reports.chinese import told_in
from shared.reports.csv_text import csv_text
from shared.reports.report_page import report_picture

JSON, CSV, SVG = "application/json", "text/csv", "image/svg+xml"


def report_routes(records: Records) -> Blueprint:
    """The routes: which reports there are, and each of them."""
    routes = Blueprint("reports", __name__, url_prefix="/v1", description="Answers to managers' questions.")
    _routes(routes, records)
    return routes


def _routes(routes: Blueprint, records: Records) -> None:
    @routes.get("/reports")
    @routes.response(200, ReportNamesSchema)
    @needs(Scope.READ)
    def names() -> dict[str, Any]:
        """List the reports and what each one answers."""
        return {"reports": [{"name": name, "answers": ask.__doc__} for name, ask in REPORTS.items()]}

    @routes.get("/reports/<name>.svg")
    @routes.arguments(ReportQuerySchema, location="query")
    @routes.response(200, description="The report's charts.", content_type=SVG)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def charts(query: dict[str, Any], name: str) -> Response:
        """Draw one report: its charts as one SVG file, in light or dark as the reader has it."""
        language = wanted_language()
        answer = _answered(records, name, _wish(language, query))
        return _plain(report_picture(answer.sheets, answer.figures, language), SVG, language)

    @routes.get("/reports/<name>")
    @routes.arguments(ReportQuerySchema, location="query")
    @routes.response(200, ReportSchema, description="As JSON; the main table as CSV with Accept: text/csv.")
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def report(query: dict[str, Any], name: str) -> Response:
        """Answer one report: data for programs and tables for people, or the main table as CSV."""
        language = wanted_language()
        answer = _answered(records, name, _wish(language, query))
        if request.accept_mimetypes.best_match([JSON, CSV], JSON) == CSV:
            return _plain(csv_text(answer.sheets[0]), CSV, language)
        return answer_in(language, _told(answer, language))


def _wish(language: str, query: dict[str, Any]) -> Wish:
    if unknown := sorted(request.args.keys() - ReportQuerySchema().fields.keys()):
        raise _misasked(MisaskedError("no report knows this", unknown[0]))
    asked = {name: value for name, value in query.items() if name != "language"}
    try:
        return wish(language=language, **asked)
    except MisaskedError as error:
        raise _misasked(error) from error


def _answered(records: Records, name: str, wanted: Wish) -> Answer:
    if name not in REPORTS:
        known = ", ".join(REPORTS)
        raise ProblemError(404, "unknown-report", "Unknown report", f"No report {name!r}; there are {known}.")
    try:
        return REPORTS[name](records, wanted)
    except MisaskedError as error:
        raise _misasked(error) from error


def _misasked(error: MisaskedError) -> ProblemError:
    return ProblemError(422, error.code, "Unprocessable Content", f"{error.asked}: {error}")


def _told(answer: Answer, language: str) -> dict[str, Any]:
    sheets = [
        {"title": sheet.title, "headers": sheet.headers, "rows": sheet.rows, "note": sheet.note}
        for sheet in told_in(language, answer.sheets)
    ]
    return {"data": answer.data, "sheets": sheets, "problems": list(answer.problems)}


def _plain(text: str, kind: str, language: str) -> Response:
    response = Response(text, content_type=f"{kind}; charset=utf-8")
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Accept", "Accept-Language"))
    return response
