"""The OpenAPI 3.1 document of ingest, made from its routes without opening anything.

The committed copy is made by ``python -m services.ingest.openapi > docs/api/ingest.openapi.json``; a test
keeps the two in step.
"""

from typing import Any, cast

from services.ingest.app import ingest_app
from services.ingest.dead_letters_api import dead_letter_routes
from shared.http.app import openapi
from shared.http.documents import write


def document() -> dict[str, Any]:
    """Build the document; nothing is called, so the routes need nothing behind them."""
    nothing = cast("Any", None)
    return openapi(ingest_app(nothing, nothing, {}, dead_letter_routes(nothing, nothing, nothing)))


if __name__ == "__main__":
    write(document())
