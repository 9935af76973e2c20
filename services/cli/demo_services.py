"""The services of a demo: `guanxi up` as a child, its log in a file, stopped in order at the end."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console

from services.cli.running import running_services
from services.cli.status import told_by
from shared.clock import SystemClock
from shared.config import SERVICES, Config, port_setting
from shared.errors import StopError

READY_WITHIN_S = 60.0
STOP_WITHIN_S = 60.0
LOG_TAIL = 15
Figures = Mapping[str, Mapping[str, Any]]
"""What each service tells of itself, by member name."""


class DemoFailedError(StopError):
    """The services of the demo did not start."""

    code = "demo-failed"


@contextmanager
def demo_services(config: Config, workers: Sequence[str], out: Console) -> Iterator[Callable[[], Figures]]:
    """Run all services on *config*, with *workers* such as ``rules=2``.

    Yields a function that asks each service how much it did.
    """
    log = config.home / "services.log"
    with log.open("wb") as lines:
        process = subprocess.Popen(  # noqa: S603 - our own command line
            [sys.executable, "-m", "services", "up", *(f"--workers={each}" for each in workers)],
            env=_environment(config),
            stdin=subprocess.DEVNULL,
            stdout=lines,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait_until_ready(config, process, log)
            where = ", ".join(f"{each.member} {each.url}" for each in running_services(config.run_dir))
            out.print(f"Running: {where}\n", soft_wrap=True)
            yield lambda: {each.member: told_by(each) for each in running_services(config.run_dir)}
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(STOP_WITHIN_S)


def _environment(config: Config) -> dict[str, str]:
    ports = {port_setting(name): str(config.ports[name]) for name in SERVICES}
    chosen = {
        "GUANXI_HOME": str(config.home),
        "GUANXI_BUS": config.bus_url,
        "GUANXI_STORE": config.store_url,
        "GUANXI_RULES": str(config.rules_dir),
        "GUANXI_CLOCK": config.clock_mode,
        "GUANXI_LOG": config.log_format,
    }
    return {**os.environ, **ports, **chosen}


def _wait_until_ready(config: Config, process: "subprocess.Popen[bytes]", log: Path) -> None:
    clock = SystemClock()
    give_up_at = clock.monotonic() + READY_WITHIN_S
    while {each.service for each in running_services(config.run_dir)} != set(SERVICES):
        if process.poll() is not None or clock.monotonic() > give_up_at:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-LOG_TAIL:])
            raise DemoFailedError(f"the services did not start; the end of {log}:\n{tail}")
        clock.sleep(0.1)
