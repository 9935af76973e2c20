"""The application every service builds its HTTP surface on.

Health, readiness, metrics, problems, access and the OpenAPI document come with it; routes do not.
"""

from collections.abc import Callable, Mapping
from copy import deepcopy
from http import HTTPStatus
from typing import Any, cast

import orjson
from flask import Flask, Response, g, request
from flask_smorest import Api, Blueprint
from werkzeug.exceptions import HTTPException

from shared.clock import Clock, SystemClock
from shared.contracts.schemas import ProblemSchema
from shared.errors import GuanxiError
from shared.http.access import guard, public
from shared.http.keys import KeyRing
from shared.http.problems import PROBLEM_TYPE, pointers, problem, problem_of
from shared.telemetry import metrics
from shared.telemetry.logs import logger

Check = Callable[[], None]
"""Returns when a part is ready; raises, with the reason, when it is not."""

API_VERSION = "1"
"""Of the HTTP interface; moves with its paths (/v1), not with the program's version."""

MAX_BODY_BYTES = 512_000


_CODES = {400: "unreadable", 413: "too-large", 415: "unsupported-type", 422: "invalid"}
"""Codes where the standard's words have changed over the years or say too little."""


_DRAINED_AT_MOST_BYTES = 8 * 1024 * 1024
_PIECE_BYTES = 64 * 1024


class ProblemApi(Api):  # type: ignore[misc]  # untyped base
    """flask-smorest with problem documents instead of its own error bodies."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Answer what Flask, werkzeug or webargs refused."""
        data: dict[str, Any] = getattr(error, "data", None) or {}
        messages = data.get("messages") or {}
        told = pointers({"": messages.get("json", messages)}) if messages else []
        errors = [{**item, "pointer": item["pointer"].removeprefix("/")} for item in told]
        status = error.code or 500
        title = HTTPStatus(status).phrase
        detail = data.get("message") or error.description or ""
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            limit = request.max_content_length
            detail = f"a request may have {limit:,} bytes; send less at once"
        kept = {name: value for name, value in error.get_headers() if name != "Content-Type"}
        code = _CODES.get(status) or title.lower().replace(" ", "-")
        return problem(status, code, title, detail, errors=errors, headers=kept)


def create_app(
    service: str,
    *,
    title: str = "",
    checks: Mapping[str, Check] | None = None,
    keys: KeyRing | None = None,
    max_body_bytes: int = MAX_BODY_BYTES,
    clock: Clock | None = None,
) -> Flask:
    """Build the application of *service*. It is ready while every one of *checks* returns."""
    app = Flask(service, static_folder=None)
    app.config.update(
        API_TITLE=title or f"Guanxi {service}",
        API_VERSION=API_VERSION,
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/v1",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS=deepcopy(_SPEC_OPTIONS),  # the document is built in them
        MAX_CONTENT_LENGTH=max_body_bytes,
        PROPAGATE_EXCEPTIONS=False,
    )
    _answer_errors(app)
    _count_requests(app, service, clock or SystemClock())
    guard(app, keys)
    app.extensions["guanxi_api"] = ProblemApi(app)
    _add_health(app, checks or {})
    return app


def register(app: Flask, blueprint: Blueprint) -> None:
    """Add a blueprint's routes to *app* and to its OpenAPI document."""
    app.extensions["guanxi_api"].register_blueprint(blueprint)


def openapi(app: Flask) -> dict[str, Any]:
    """The OpenAPI 3.1 document of *app*, with errors declared as problem documents."""
    document = cast("dict[str, Any]", app.extensions["guanxi_api"].spec.to_dict())
    for response in document.get("components", {}).get("responses", {}).values():
        if "application/json" in response.get("content", {}):
            response["content"] = {PROBLEM_TYPE: response["content"]["application/json"]}
    return document


_SPEC_OPTIONS = {
    "components": {
        "securitySchemes": {
            "apiKey": {"type": "http", "scheme": "bearer", "bearerFormat": "gx_<id>_<secret>"}
        }
    },
    "security": [{"apiKey": []}],
}


def _answer_errors(app: Flask) -> None:
    app.register_error_handler(GuanxiError, problem_of)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        logger().error("request failed", method=request.method, path=request.path, exc_info=error)
        return problem_of(GuanxiError())


def _count_requests(app: Flask, service: str, clock: Clock) -> None:
    @app.before_request
    def start() -> None:
        g.started = clock.monotonic()

    @app.after_request
    def count(response: Response) -> Response:
        route = request.url_rule.rule if request.url_rule else "unmatched"
        taken_s = clock.monotonic() - g.get("started", clock.monotonic())
        metrics.HTTP_REQUESTS.labels(service, route, request.method, str(response.status_code)).inc()
        metrics.HTTP_SECONDS.labels(service, route).observe(taken_s)
        if response.status_code >= 400:
            _drain()
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def _drain() -> None:
    """Read what is left of a refused body: a sender who is still sending would never see the answer."""
    source = request.environ["wsgi.input"]
    left = 0 if getattr(source, "closed", False) else _DRAINED_AT_MOST_BYTES
    while left > 0 and (piece := source.read(min(left, _PIECE_BYTES))):
        left -= len(piece)


def _add_health(app: Flask, checks: Mapping[str, Check]) -> None:
    @app.get("/healthz")
    @public
    def healthz() -> Response:
        return _json({"status": "ok"})

    @app.get("/readyz")
    @public
    def readyz() -> Response:
        reasons = {name: reason for name, check in checks.items() if (reason := _reason(check))}
        if not reasons:
            return _json({"status": "ready"})
        errors = [{"code": name, "detail": reason} for name, reason in reasons.items()]
        return problem(503, "not-ready", "Not ready", errors=errors, headers={"Retry-After": "1"})

    @app.get("/metrics")
    @public
    def scrape() -> Response:
        return Response(metrics.scrape(), content_type=metrics.CONTENT_TYPE)


def _reason(check: Check) -> str:
    try:
        check()
    except Exception as error:
        return str(error) or type(error).__name__
    return ""


def _json(body: dict[str, Any]) -> Response:
    return Response(orjson.dumps(body), content_type="application/json")
