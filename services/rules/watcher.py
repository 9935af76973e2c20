"""Hot reload: rule files that changed and pass every check become the active release.

A bundle with problems changes nothing; the problems stand in status, metric and log until mended.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.rules.releases import Releases
from shared.errors import StopError
from shared.flow.runner import StopSignal
from shared.policy.problems import Problem
from shared.policy.release import build, load_directory
from shared.telemetry import metrics
from shared.telemetry.logs import logger

INTERVAL_S = 1.0

Fingerprint = tuple[tuple[str, int, int], ...]


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
        fingerprint = _fingerprint(self.directory)
        if fingerprint == self._seen:
            return
        sources = load_directory(self.directory)
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


def _fingerprint(directory: Path) -> Fingerprint:
    files = sorted(directory.rglob("*.yaml")) if directory.is_dir() else []
    stats = [(path, path.stat()) for path in files]
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)
