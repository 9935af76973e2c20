"""The OpenAPI 3.1 document of scoring, made from its routes without opening anything.

The committed copy is made by ``python -m services.scoring.openapi > docs/api/scoring.openapi.json``; a test
keeps the two in step.
"""

from typing import Any, cast

from services.scoring.api import scoring_routes
from shared.http.app import create_app, openapi, register
from shared.http.documents import write


def document() -> dict[str, Any]:
    """Build the document; nothing is called, so the routes need nothing behind them."""
    nothing = cast("Any", None)
    app = create_app("scoring")
    register(app, scoring_routes(nothing, nothing, nothing, 0, nothing))
    return openapi(app)


if __name__ == "__main__":
    write(document())
