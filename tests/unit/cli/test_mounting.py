"""The command's front: quick, complete, and true to its commands."""

import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from services.__main__ import MOUNTS, cli

HEAVY = ("flask", "orjson", "sqlite3", "rich", "structlog", "ruamel")


@pytest.mark.parametrize("name", MOUNTS)
def test_every_mounted_command_exists_and_helps(name: str) -> None:
    result = CliRunner().invoke(cli, [name, "--help"])

    assert result.exit_code == 0, result.output
    assert isinstance(MOUNTS[name].load(), click.Command)


def test_the_list_of_commands_stands_in_the_help() -> None:
    result = CliRunner().invoke(cli, ["--help"])

    assert result.exit_code == 0
    assert [line.split()[0] for line in result.output.partition("Commands:\n")[2].splitlines()] == list(
        MOUNTS
    )


def test_helping_loads_no_library_it_does_not_need() -> None:
    script = f"import services.__main__, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"


def test_an_unknown_command_is_misuse() -> None:
    assert CliRunner().invoke(cli, ["replya"]).exit_code == 2
