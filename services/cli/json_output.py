"""How every command prints JSON for scripts."""

from typing import Any

import click
import orjson


def print_json(value: Any) -> None:
    """Print *value*, indented."""
    click.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
