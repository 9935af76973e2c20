"""`guanxi up`: all services of one home directory as children of this process.

Refuses to run twice on one home: a lock that the system drops when the process ends, however it ends.
"""

import fcntl
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event, Lock
from types import FrameType

import click

from services.cli.options import environment_with, home_option, rules_option
from services.cli.running import UP_LOCK, running_services
from services.supervisor import ChildSpec, Supervisor, serve_command
from shared.clock import SystemClock
from shared.config import SERVICES, Config, load_config, port_setting
from shared.errors import StopError


class AlreadyUpError(StopError):
    """Services run on this home directory already."""

    code = "already-up"


@click.command()
@home_option
@rules_option
@click.option("--clock", type=click.Choice(["event", "wall"]), help="Which clock closes days (GUANXI_CLOCK).")
@click.option("--workers", multiple=True, metavar="NAME=N", help="Processes of a service, e.g. scoring=2.")
@click.option("--any-ports", is_flag=True, help="Let the system pick every port.")
def up(
    home: str | None, rules: str | None, clock: str | None, workers: tuple[str, ...], any_ports: bool
) -> None:
    """Start ingest, scoring, rules and notification, and keep them running until Ctrl-C."""
    ports = {port_setting(name)[len("GUANXI_") :]: "0" for name in SERVICES} if any_ports else {}
    environment = environment_with({"home": home, "rules": rules, "clock": clock, **ports})
    config = load_config(environment)
    counts = worker_counts(workers)
    with only_one(config):
        sys.exit(supervise(config, child_specs(config, environment, counts)))


def worker_counts(workers: tuple[str, ...]) -> dict[str, int]:
    """Read ``scoring=2`` options; ingest has one worker, because it has one port."""
    counts = dict.fromkeys(SERVICES, 1)
    for given in workers:
        name, _, number = given.partition("=")
        if name not in SERVICES[1:] or not number.isdigit() or not 1 <= int(number) <= 64:
            expected = f"NAME=N with NAME one of {', '.join(SERVICES[1:])} and N from 1 to 64"
            raise click.BadParameter(f"expected {expected}, found {given!r}", param_hint="--workers")
        counts[name] = int(number)
    return counts


def child_specs(config: Config, environment: Mapping[str, str], counts: Mapping[str, int]) -> list[ChildSpec]:
    """What to start: each service's workers, in the order they are to stop."""
    absolute = {
        **environment,
        "GUANXI_HOME": str(config.home),
        "GUANXI_RULES": str(config.rules_dir),
        "GUANXI_MEMBER": "",  # names one process; these are several
        "PYTHONUNBUFFERED": "1",
    }
    return [
        ChildSpec(
            service=service,
            member=service if worker == 1 else f"{service}-{worker}",
            command=serve_command(service),
            environment={**absolute, "GUANXI_WORKER": str(worker)},
        )
        for service in SERVICES
        for worker in range(1, counts[service] + 1)
    ]


def supervise(config: Config, specs: list[ChildSpec]) -> int:
    """Run the children until a signal comes; return the exit code."""
    stop = Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, on_signal)
    signal.signal(signal.SIGINT, on_signal)
    say = LineWriter(max(len(spec.member) for spec in specs))
    say("guanxi", f"home {config.home}, rules {config.rules_dir}, clock {config.clock_mode}")
    supervisor = Supervisor(specs, SystemClock(), say, lambda: running_services(config.run_dir), stop)
    return supervisor.run()


class LineWriter:
    """Writes whole lines of several threads to standard output, each after its service's name."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._lock = Lock()
        self._has_reader = True

    def __call__(self, member: str, line: str) -> None:
        """Write one line; a reader that went away does not stop the services."""
        with self._lock:
            if not self._has_reader:
                return
            try:
                sys.stdout.write(f"{member:<{self._width}} | {line}\n")
                sys.stdout.flush()
            except (BrokenPipeError, ValueError):
                self._has_reader = False


@contextmanager
def only_one(config: Config) -> Iterator[None]:
    """Hold the home directory for this process; raises `AlreadyUpError`."""
    config.run_dir.mkdir(parents=True, exist_ok=True)
    with (config.run_dir / UP_LOCK).open("a+", encoding="ascii") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise AlreadyUpError(
                f"`guanxi up` already runs on {config.home} (process {lock.read().strip() or 'unknown'})"
            ) from None
        if running := running_services(config.run_dir):
            names = ", ".join(f"{service.member} (process {service.pid})" for service in running)
            raise AlreadyUpError(f"services already run on {config.home}: {names}; stop them first")
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield
