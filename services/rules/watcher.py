"""Hot reload: rule files that changed and pass every check become the active release.

A bundle with problems changes nothing; the problems stand in status, metric and log until mended.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.rules.releases import Releases
from shared.errors import StopError
from shared.flow.runner import StopSignal
from shared.policy.finding import yaml_files
from shared.policy.problems import Problem
from shared.policy.release import Sources, build, load_directory
from shared.telemetry import metrics
from shared.telemetry.logs import logger

INTERVAL_S = 1.0

Fingerprint = tuple[tuple[str, int, int, int], ...]


@dataclass(slots=True)
class RulesWatcher:
    """Watches one directory of rule files."""

    directory: Path
    releases: Releases
    problems: Sequence[str] = field(default=())
    _seen: Fingerprint | None = None

    def start(self) -> None:
        """Activate what is there. Raises StopError if it is unusable and no release was ever active."""
        self.look()
        active = self.releases.active()
        if active is None:
            listed = "\n".join(self.problems)
            raise StopError(f"the rule files in {self.directory} cannot be used:\n{listed}")
        self.releases.announce(active)

    def run(self, stop: StopSignal) -> None:
        """Look again every second until *stop* is set."""
        while not stop.wait(INTERVAL_S):
            try:
                self.look()
            except Exception:
                logger().exception("cannot look at the rule files")

    def look(self) -> None:
        """Load, check and activate the files if any changed since the last look."""
        if _fingerprint(self.directory) == self._seen:
            return
        fingerprint, sources = _read_at_rest(self.directory)
        result = build(sources)
        if result.bundle is None:
            self._refuse(result.problems)
        else:
            self.problems = ()
            digest = self.releases.store(result.bundle, sources)
            active = self.releases.activate(digest, "rule files changed")
            logger().info("release active", number=active.number, release=digest[:12])
        self._seen = fingerprint

    def _refuse(self, problems: Sequence[Problem]) -> None:
        inside = f"{self.directory.as_posix()}/"  # status is open to all: no paths of the machine in it
        self.problems = [str(problem).replace(inside, f"{self.directory.name}/") for problem in problems]
        metrics.RELEASE_REFUSED.labels(service="rules").inc()
        for line in self.problems:
            logger().error("rule files refused; the active release stays", problem=line)


def _read_at_rest(directory: Path) -> tuple[Fingerprint, Sources]:
    """Read the files as they were at one instant: read while they change, they may be a mixture."""
    while True:
        before, sources = _fingerprint(directory), load_directory(directory)
        if _fingerprint(directory) == before:
            return before, sources


def _fingerprint(directory: Path) -> Fingerprint:
    """Tells any two states of the files apart, also when the folder behind a link is exchanged."""
    return tuple((name, *_state(path)) for name, path in yaml_files(directory).items())


def _state(path: Path) -> tuple[int, int, int]:
    try:
        stat = path.stat()
    except OSError:  # it has just gone
        return 0, 0, 0
    return stat.st_ino, stat.st_mtime_ns, stat.st_size
