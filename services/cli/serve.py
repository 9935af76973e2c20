"""`guanxi serve NAME`: one service in the foreground, as a container or `guanxi up` runs it.

The service's own `run` blocks until it is told to stop; this only finds it and sets up its logs.
"""

import os
import signal
import sys
import threading
from importlib import import_module

import click

from services.cli.errors import STOPPED
from services.cli.options import config_from, home_option, rules_option
from shared.config import SERVICES
from shared.errors import ConfigError, StopError
from shared.telemetry.logs import configure_logs, logger
from shared.telemetry.metrics import announce_build


@click.command()
@click.argument("name", type=click.Choice(SERVICES))
@click.option("--supervised", is_flag=True, hidden=True, help="Stop when standard input closes.")
@home_option
@rules_option
def serve(name: str, supervised: bool, home: str | None, rules: str | None) -> None:
    """Run one service in the foreground."""
    config = config_from(home=home, rules=rules)
    configure_logs(config.log_format, config.member(name))
    announce_build(name)
    if supervised:
        _stop_with_parent()
    try:
        sys.exit(import_module(f"services.{name}.service").run(config))
    except ConfigError:
        raise
    except StopError as error:
        logger().error("stopped", code=error.code, reason=str(error))
        sys.exit(STOPPED)


def _stop_with_parent() -> None:
    """Stop in order when the supervisor is gone, even if it was killed: its end of our input closes."""

    def wait_for_the_end() -> None:
        # Not through sys.stdin: a thread that waits in it would break the interpreter's own end.
        while os.read(0, 4096):
            pass
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=wait_for_the_end, name="parent-watch", daemon=True).start()
