"""Run something again whenever a rule file or a test changes, until the person stops it."""

from collections.abc import Callable
from pathlib import Path

import click

from shared.clock import Clock
from shared.policy.finding import yaml_files
from shared.policy.testing.files import suite_files

INTERVAL_S = 0.5
Fingerprint = dict[str, tuple[int, int]]


def watch_files(directory: Path, run: Callable[[], object], clock: Clock) -> None:
    """Run now and after each change; Ctrl-C ends it."""
    seen: Fingerprint | None = None
    while True:
        now = _fingerprint(directory)
        if now != seen:
            seen = now
            click.echo(f"── {clock.now().astimezone():%H:%M:%S} ──")
            run()
        clock.sleep(INTERVAL_S)


def _fingerprint(directory: Path) -> Fingerprint:
    files = [*yaml_files(directory).values(), *suite_files(directory)]
    return {str(file): _state(file) for file in files}


def _state(file: Path) -> tuple[int, int]:
    try:
        stat = file.stat()
    except OSError:  # it has just gone
        return 0, 0
    return stat.st_mtime_ns, stat.st_size
