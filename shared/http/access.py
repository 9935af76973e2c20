"""Who may call which route: marks on views, enforced before any of them runs.

Deny by default: a route that is neither `public` nor marked with `needs` answers 403.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from flask import Flask, g, request

from shared.http.keys import KeyRing, Principal, Scope
from shared.http.problems import ProblemError

View = TypeVar("View", bound=Callable[..., Any])

_SCOPES = "_guanxi_scopes"
_DOCUMENTS = "api-docs."  # the endpoints that serve the OpenAPI document
_CHALLENGE = {"WWW-Authenticate": 'Bearer realm="guanxi"'}


def needs(*scopes: Scope) -> Callable[[View], View]:
    """Mark a view as open to keys that hold any of *scopes*."""

    def mark(view: View) -> View:
        setattr(view, _SCOPES, frozenset(scope.value for scope in scopes))
        return view

    return mark


def public(view: View) -> View:
    """Mark a view as open to everybody."""
    setattr(view, _SCOPES, None)
    return view


def guard(app: Flask, keys: KeyRing | None) -> None:
    """Check every request of *app*; without *keys* only public routes answer."""

    @app.before_request
    def check() -> None:
        if request.endpoint is None or request.endpoint.startswith(_DOCUMENTS):
            return
        wanted = _wanted(app, request.endpoint)
        if wanted is not None:
            g.principal = _admit(keys, wanted)


def principal() -> Principal:
    """Who makes the request at hand; only within a view marked with `needs`."""
    return cast("Principal", g.principal)


def _wanted(app: Flask, endpoint: str) -> frozenset[str] | None:
    view: Any = app.view_functions[endpoint]
    if view_class := getattr(view, "view_class", None):
        view = getattr(view_class, request.method.lower(), view)
    return cast("frozenset[str] | None", getattr(view, _SCOPES, frozenset()))


def _admit(keys: KeyRing | None, wanted: frozenset[str]) -> Principal:
    token = bearer_token()
    caller = keys.authenticate(token) if keys and token else None
    if caller is None:
        detail = "The API key is not known, expired or revoked." if token else "No API key was sent."
        raise ProblemError(
            401,
            "unauthenticated",
            "Unauthorized",
            f"{detail} Send it as `Authorization: Bearer gx_…`; `guanxi keys create` makes one.",
            headers=_CHALLENGE,
        )
    if wanted.isdisjoint(caller.scopes):
        named = " or ".join(sorted(wanted)) or "no scope"
        raise ProblemError(403, "forbidden", "Forbidden", f"This needs a key with scope {named}.")
    return caller


def bearer_token() -> str:
    """The API key that the request at hand carries, or nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return token.strip()
    return request.headers.get("X-API-Key", "").strip()
