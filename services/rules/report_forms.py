"""The forms a report is answered in over HTTP: JSON, its main table as CSV, a page, or its charts."""

from typing import Any

from flask import Response, request
from marshmallow import Schema

from shared.asking.answers import Answer
from shared.asking.errors import MisaskedError
from shared.http.languages import answer_in, page_in
from shared.http.problems import ProblemError
from shared.reports.chinese import told_in
from shared.reports.csv_text import csv_text
from shared.reports.report_page import report_page, report_picture

JSON, CSV, HTML, SVG = "application/json", "text/csv", "text/html", "image/svg+xml"

FORMS = f"As JSON; with Accept: {CSV} the main table, {HTML} a page, {SVG} the charts."


def wanted_form() -> str:
    """What the request's ``Accept`` prefers, else JSON."""
    return request.accept_mimetypes.best_match([JSON, CSV, HTML, SVG], JSON)


def told_as(form: str, answer: Answer, language: str) -> Response:
    """Answer with the report, told in *form* and *language*."""
    if form == CSV:
        response = _plain(csv_text(answer.sheets[0]), CSV, language)
    elif form == SVG:
        response = _plain(report_picture(answer.sheets, answer.figures, language), SVG, language)
    elif form == HTML:
        page = report_page(told_in(language, answer.sheets), language, answer.figures)
        response = page_in(language, page)
    else:
        response = answer_in(language, _told(answer, language))
    response.vary.add("Accept")
    return response


def misasked(error: MisaskedError) -> ProblemError:
    """The refusal of a question that cannot be asked so."""
    return ProblemError(422, error.code, "Unprocessable Content", f"{error.asked}: {error}")


def refuse_unknown(query: Schema) -> None:
    """Refuse a request that asks what *query* does not declare: a name misspelt would count for nothing."""
    if unknown := sorted(request.args.keys() - query.fields.keys()):
        raise misasked(MisaskedError("no report knows this", unknown[0]))


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
    response.vary.add("Accept-Language")
    return response
