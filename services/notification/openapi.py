"""The OpenAPI 3.1 document of notification, made from its routes without opening anything.

The committed copy is made by ``python -m services.notification.openapi >
docs/api/notification.openapi.json``; a test keeps the two in step.
"""

from typing import Any, cast

from services.notification.api import blueprints, status_routes
from shared.http.app import create_app, openapi, register
from shared.http.documents import write


def document() -> dict[str, Any]:
    """Build the document; nothing is called, so the routes need nothing behind them."""
    nothing = cast("Any", None)
    app = create_app("notification")
    for routes in (status_routes(nothing), *blueprints(nothing)):
        register(app, routes)
    return openapi(app)


if __name__ == "__main__":
    write(document())
