"""In which language a request wants its answer, and answers that a reader may keep and ask about again."""

from typing import Any

import orjson
from flask import Response, request

LANGUAGES = ("en", "zh")

ALONE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
"""A page that calls nothing out and stands in no other."""


def wanted_language() -> str:
    """``?language=``, else what ``Accept-Language`` prefers, else English."""
    named = request.args.get("language", "")
    return named if named in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "en")


def answer_in(language: str, body: Any) -> Response:
    """Answer with *body*, told in *language*; 304 when the reader has it already."""
    return _kept(Response(orjson.dumps(body), content_type="application/json"), language)


def page_in(language: str, page: str) -> Response:
    """Answer with an HTML *page*, told in *language*, that calls nothing out."""
    response = Response(page, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = ALONE
    return _kept(response, language)


def _kept(response: Response, language: str) -> Response:
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Accept-Language")
    response.add_etag()
    response.make_conditional(request)
    return response
