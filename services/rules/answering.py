"""Refusals as problem documents, and who is calling: the same codes and words as on the command line."""

from http import HTTPStatus
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from services.rules.office import ANY_VERSION
from shared.http.access import bearer_token, principal
from shared.http.keys import secret_of
from shared.http.problems import problem
from shared.releases.errors import (
    AuthorError,
    ChangedMeanwhileError,
    IncompleteError,
    InvalidReleaseError,
    NoApproverError,
    NothingToRollBackError,
    ReleaseError,
    UnknownReleaseError,
    UnknownRuleError,
)
from shared.releases.life import Standing
from shared.releases.people import Person
from shared.switches.board import NotHeldError

_STATUS = {
    UnknownReleaseError: 404,
    UnknownRuleError: 404,
    AuthorError: 403,
    NoApproverError: 403,
    IncompleteError: 409,
    NothingToRollBackError: 409,
    NotHeldError: 409,
    ChangedMeanwhileError: 412,
}


def answer_refusals(routes: Blueprint) -> None:
    """Let *routes* answer every refusal of the use cases."""
    routes.register_error_handler(ReleaseError, refused)


def refused(error: ReleaseError) -> Response:
    """The problem document of *error*."""
    status = _STATUS.get(type(error), 422)
    extra: dict[str, Any] = (
        {"missing": list(error.missing), "why": error.why} if isinstance(error, IncompleteError) else {}
    )
    errors = []
    if isinstance(error, InvalidReleaseError):
        errors = [{"pointer": each.file, "detail": str(each), "code": each.code} for each in error.problems]
    return problem(status, error.code, HTTPStatus(status).phrase, str(error), errors=errors, **extra)


def caller() -> Person:
    """Who makes the request at hand, able to sign."""
    found = principal()
    return Person(found.name, found.scopes, found.key_id, secret_of(bearer_token()))


def etag(found: Standing) -> dict[str, str]:
    """The header that names the state *found*."""
    return {"ETag": f'"{found.release[:12]}-{found.version}"'}


def expected_version() -> int:
    """The version that the caller has seen, if it said so by If-Match."""
    tags = [tag for tag in request.if_match if tag]
    if not tags:
        return ANY_VERSION
    number = tags[0].rpartition("-")[2]
    return int(number) if number.isdigit() else ANY_VERSION - 1
