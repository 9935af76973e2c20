"""A service's OpenAPI document as a file: written and read the same way for every service."""

import sys
from pathlib import Path
from typing import Any

import orjson

COMMITTED = Path("docs/api")
"""Where the documents are kept, seen from the project's root."""


def committed_name(service: str) -> str:
    """The file that holds *service*'s document."""
    return f"{service}.openapi.json"


def as_file(document: dict[str, Any]) -> bytes:
    """*document* as it is committed."""
    return orjson.dumps(document, option=orjson.OPT_INDENT_2) + b"\n"


def write(document: dict[str, Any]) -> None:
    """Write *document* to standard output."""
    sys.stdout.buffer.write(as_file(document))
