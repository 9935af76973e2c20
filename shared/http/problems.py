"""Errors as RFC 9457 problem documents, for every failure an HTTP surface can have.

Never a stack trace, never a library's own page: what, where, what was expected, what to do.
"""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from flask import Response, request

from shared.errors import GuanxiError, NoSpaceError, RefusedError, RetryLaterError

PROBLEM_TYPE = "application/problem+json"
_TRACE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")


class ProblemError(GuanxiError):
    """Raise it in a view to answer with a problem document."""

    code = "problem"

    def __init__(
        self,
        status: int,
        code: str,
        title: str,
        detail: str = "",
        *,
        errors: Iterable[Mapping[str, Any]] = (),
        headers: Mapping[str, str] | None = None,
        **extra: Any,
    ) -> None:
        super().__init__(f"{title}: {detail}" if detail else title)
        self.status, self.code, self.title, self.detail = status, code, title, detail
        self.errors, self.headers, self.extra = list(errors), dict(headers or {}), extra

    def response(self) -> Response:
        """The answer to send."""
        return problem(
            self.status,
            self.code,
            self.title,
            self.detail,
            errors=self.errors,
            headers=self.headers,
            **self.extra,
        )


def problem(
    status: int,
    code: str,
    title: str,
    detail: str = "",
    *,
    errors: Iterable[Mapping[str, Any]] = (),
    headers: Mapping[str, str] | None = None,
    **extra: Any,
) -> Response:
    """Answer with a problem document; *code* is stable, *errors* are ``{pointer, detail, code}``."""
    body: dict[str, Any] = {
        "type": f"urn:guanxi:problem:{code}",
        "title": title,
        "status": status,
        "code": code,
        "instance": request.path,
    }
    if detail:
        body["detail"] = detail
    if errors := list(errors):
        body["errors"] = errors
    if traced := trace_id():
        body["trace_id"] = traced
    response = Response(orjson.dumps({**body, **extra}), status, content_type=PROBLEM_TYPE)
    response.headers.update(headers or {})
    return response


def trace_id() -> str | None:
    """The trace that the request at hand belongs to, when its caller named a valid one."""
    found = _TRACE.fullmatch(request.headers.get("traceparent", ""))
    return found[1] if found else None


def problem_of(error: GuanxiError) -> Response:
    """The problem document for an error of Guanxi, by the reaction it calls for."""
    if isinstance(error, ProblemError):
        return error.response()
    if isinstance(error, RetryLaterError):
        status = 507 if isinstance(error, NoSpaceError) else 503
        wait = {"Retry-After": str(max(1, round(error.retry_after_s)))}
        return problem(status, error.code, _phrase(status), str(error), headers=wait)
    if isinstance(error, RefusedError):
        told = {"pointer": error.pointer, "detail": str(error), "code": error.code}
        return problem(422, error.code, _phrase(422), str(error), errors=[told])
    return problem(500, "internal", _phrase(500), "The service failed; its log has the reason.")


def pointers(messages: Any, pointer: str = "") -> list[dict[str, str]]:
    """Flatten marshmallow's nested messages into errors with JSON pointers."""
    if isinstance(messages, Mapping):
        return [
            told
            for name, inner in messages.items()
            for told in pointers(inner, pointer if name == "_schema" else f"{pointer}/{_escaped(name)}")
        ]
    if isinstance(messages, list):
        return [told for inner in messages for told in pointers(inner, pointer)]
    return [{"pointer": pointer, "detail": str(messages), "code": "invalid"}]


def _escaped(name: object) -> str:
    return str(name).replace("~", "~0").replace("/", "~1")


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase
