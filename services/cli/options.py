"""Options that several commands share, and how they become one `Config`.

An option wins over the environment; both go through the same checks.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from shared.config import Config, load_config
from shared.errors import GuanxiError

F = TypeVar("F", bound=Callable[..., Any])


class NothingHereError(GuanxiError):
    """No service has ever run on this home directory."""

    code = "nothing-here"


def home_option(command: F) -> F:
    """``--home DIR``."""
    return click.option("--home", metavar="DIR", help="Data directory (GUANXI_HOME, default ./var).")(command)


def rules_option(command: F) -> F:
    """``--rules DIR``."""
    return click.option("--rules", metavar="DIR", help="Rule files (GUANXI_RULES, default ./rules).")(command)


def json_option(command: F) -> F:
    """``--json``."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")(command)


def language_option(command: F) -> F:
    """``--language en|zh``."""
    return click.option(
        "--language",
        type=click.Choice(["en", "zh"]),
        default="en",
        show_default=True,
        help="Language of what is told.",
    )(command)


def config_from(**given: str | None) -> Config:
    """Load the settings with the given options over the environment; ``home="x"`` means GUANXI_HOME."""
    return load_config(environment_with(given))


def config_to_look(home: str | None) -> Config:
    """The settings for a command that only looks: it makes no home that is not there."""
    environment = environment_with({"home": home})
    directory = Path(environment.get("GUANXI_HOME") or "var").absolute()
    if not directory.exists():
        raise NothingHereError(
            f"there is no {directory}; name the data with --home, or start with `guanxi up`"
        )
    return load_config(environment)


def environment_with(given: Mapping[str, str | None]) -> dict[str, str]:
    """The process environment with options put in as settings."""
    chosen = {f"GUANXI_{name.upper()}": value for name, value in given.items() if value is not None}
    return {**os.environ, **chosen}
