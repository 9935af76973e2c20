"""Personal fields over HTTP: shown to keys that may see them, and every reading leaves a line in the log.

The line says who read of which customer by which route, never what was read.
"""

from flask import Response, after_this_request, request

from shared.http.access import principal
from shared.http.keys import Scope
from shared.telemetry.logs import logger

READ = "personal fields read"
"""What the line in the log says: look for it to know who saw what."""


def may_see_personal(customer: str) -> bool:
    """Whether the caller's key shows personal fields of *customer*. If it does, the reading is logged."""
    if Scope.PERSONAL.value not in principal().scopes:
        return False
    note_personal_reading(customer)
    return True


def note_personal_reading(customer: str) -> None:
    """Log that the caller is shown personal fields of *customer*; no cache may keep the answer."""
    caller = principal()
    rule = request.url_rule.rule if request.url_rule else ""
    logger().info(READ, by=caller.name, key_id=caller.key_id, customer=customer, route=rule)

    @after_this_request
    def kept_nowhere(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response
