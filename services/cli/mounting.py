"""A click group that knows its commands by name and loads each one only when it is run.

Helping must be quick, so the one-line summaries stand here; a test compares them with the commands.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import click


@dataclass(frozen=True, slots=True)
class Mount:
    """Where a command is, as ``module:attribute``, and what ``--help`` says of it."""

    target: str
    summary: str

    def load(self) -> click.Command:
        """Import the command."""
        module, _, attribute = self.target.partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{self.target} is not a click command")
        return command


class LazyGroup(click.Group):
    """A group of mounted commands."""

    def __init__(self, *args: Any, mounts: Mapping[str, Mount], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mounts = mounts

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order they were mounted: the order a newcomer needs them."""
        return list(self.mounts)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import and return the command, or None when there is none of that name."""
        mount = self.mounts.get(cmd_name)
        return mount.load() if mount else None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, mount.summary) for name, mount in self.mounts.items()])
