"""`guanxi report ranking` over HTTP: the truth comes as the body, and is forgotten with the answer."""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from services.rules.report_forms import CSV, FORMS, misasked, refuse_unknown, told_as, wanted_form
from shared.asking.errors import MisaskedError
from shared.asking.ranking import RankingWish, ask_ranking
from shared.asking.records import Records
from shared.asking.truth import Truth, truth_from_csv, truth_from_json_lines
from shared.contracts.reports import RankingQuerySchema, ReportSchema
from shared.contracts.schemas import ProblemSchema
from shared.http.access import needs
from shared.http.keys import Scope
from shared.http.languages import wanted_language
from shared.http.problems import ProblemError

JSON_LINES = "application/x-ndjson"
READERS = {JSON_LINES: truth_from_json_lines, CSV: truth_from_csv}

MOST_BYTES = 8_000_000
"""Of a truth: some ten thousands of customers as `guanxi simulate` tells of them, more as a plain table."""

_BODY = {
    "required": True,
    "description": f"What is true of customers, with customer_id, {MOST_BYTES:,} bytes at most.",
    "content": {kind: {"schema": {"type": "string"}} for kind in READERS},
}


def ranking_route(routes: Blueprint, records: Records) -> None:
    """Add the route to those of the reports."""

    @routes.post("/reports/ranking")
    @routes.doc(requestBody=_BODY)
    @routes.arguments(RankingQuerySchema, location="query")
    @routes.response(200, ReportSchema, description=FORMS)
    @routes.alt_response(413, schema=ProblemSchema)
    @routes.alt_response(415, schema=ProblemSchema)
    @needs(Scope.READ)
    def ranking(query: dict[str, Any]) -> Response:
        """Tell whether the score finds those whom the truth in the body names, better than spending does."""
        refuse_unknown(RankingQuerySchema())
        language = wanted_language()
        wanted = RankingWish(query["fact"], query.get("size"), query.get("metric"))
        try:
            answer = ask_ranking(records, _truth(wanted.fact), wanted, language)
        except MisaskedError as error:
            raise misasked(error) from error
        return told_as(wanted_form(), answer, language)


def _truth(fact: str) -> Truth:
    read = READERS.get(request.mimetype)
    if read is None:
        known = " or ".join(READERS)
        raise ProblemError(415, "unsupported-type", "Unsupported Media Type", f"Send the truth as {known}.")
    request.max_content_length = MOST_BYTES
    return read(request.get_data(cache=False).splitlines(keepends=True), fact)
