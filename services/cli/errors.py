"""What a person sees when a command cannot do its work: every problem, and the exit code for scripts.

0 done, 1 the command ran and something is not as it should be, 2 misuse or wrong settings, 3 a service
stopped because it cannot go on without a person.
"""

import click

from shared.asking.errors import MisaskedError
from shared.errors import ConfigError, GuanxiError, RefusedError, RetryLaterError

FAILED = 1
MISUSED = 2
STOPPED = 3


def tell(error: GuanxiError) -> int:
    """Print *error* on standard error and return the exit code it calls for."""
    if isinstance(error, ConfigError):
        for problem in error.problems:
            _line("setting", problem)
        return MISUSED
    if isinstance(error, MisaskedError):
        _line(f"--{error.asked}", str(error))
        return MISUSED
    _line(error.code, _with_pointer(error))
    if isinstance(error, RetryLaterError):
        click.echo("   this may pass: try again, and look at `guanxi status`", err=True)
    return FAILED


def _with_pointer(error: GuanxiError) -> str:
    if isinstance(error, RefusedError) and error.pointer:
        return f"{error} (at {error.pointer})"
    return str(error)


def _line(code: str, text: str) -> None:
    click.secho(f"error [{code}] ", fg="red", nl=False, err=True)
    click.echo(text, err=True)
