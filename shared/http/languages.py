"""In which language a request wants its answer, and answers that a reader may keep and ask about again."""

from typing import Any

import orjson
from flask import Response, request

LANGUAGES = ("en", "zh")


def wanted_language() -> str:
    """``?language=``, else what ``Accept-Language`` prefers, else English."""
    named = request.args.get("language", "")
    return named if named in LANGUAGES else request.accept_languages.best_match(LANGUAGES, "en")


def answer_in(language: str, body: Any) -> Response:
    """Answer with *body*, told in *language*; 304 when the reader has it already."""
    response = Response(orjson.dumps(body), content_type="application/json")
    response.headers["Content-Language"] = language
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Accept-Language")
    response.add_etag()
    response.make_conditional(request)
    return response
