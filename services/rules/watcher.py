"""Hot reload: rule files that changed and pass every check are proposed as a release.

In mode `automatic` the release becomes active at once if its dry run allows; in mode `approved` it waits for
people. What is refused changes nothing; the reasons stand in status, metric and log until mended.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from services.rules.office import ReleaseOffice
from services.rules.status_words import ended as ended_by
from services.rules.status_words import waiting as waiting_for
from shared.errors import RetryLaterError, StopError
from shared.flow.runner import StopSignal
from shared.model.governance import ActivationMode
from shared.model.rules import Bundle
from shared.policy.finding import yaml_files
from shared.policy.release import Sources, build, load_directory
from shared.policy.said import Said
from shared.releases.documents import AUTOMATIC, Activation
from shared.releases.errors import ReleaseError
from shared.releases.life import Stage
from shared.releases.people import Person
from shared.telemetry import metrics
from shared.telemetry.logs import logger

INTERVAL_S = 1.0
FILES = Person("rule files")
"""Whoever edited them: nobody knows."""

Fingerprint = tuple[tuple[str, int, int, int], ...]


@dataclass(slots=True)
class RulesWatcher:
    """Watches one directory of rule files."""

    directory: Path
    office: ReleaseOffice
    problems: Sequence[Said] = field(default=())
    pending: str = ""  # a release that people have to decide on
    _seen: Fingerprint | None = None
    _told: int = 0  # the number of the last activation that the log was told of from here

    def start(self) -> None:
        """Activate what is there. Raises StopError if it is unusable and no release was ever active."""
        self.look()
        if self.office.releases.active() is None:
            listed = "\n".join(map(str, self.problems))
            raise StopError(f"the rule files in {self.directory} cannot be used:\n{listed}")
        self.tell_log()

    def run(self, stop: StopSignal) -> None:
        """Look again every second until *stop* is set."""
        while not stop.wait(INTERVAL_S):
            try:
                self.tell_log()
                self.look()
            except RetryLaterError as error:
                logger().warning("the rule files wait", code=error.code, detail=str(error))
            except Exception:
                logger().exception("cannot look at the rule files")

    def tell_log(self) -> None:
        """Tell the log which release is active: a command may have died between storing that and telling.

        A repeat is ignored by its number.
        """
        active = self.office.releases.active()
        if active is not None and active.number > self._told:
            self.office.releases.announce(active)
            self._told = active.number

    def look(self) -> None:
        """Load, check and propose the files if any changed since the last look."""
        if _fingerprint(self.directory) == self._seen:
            return
        fingerprint, sources = _read_at_rest(self.directory)
        result = build(sources)
        if result.bundle is None:
            self._refuse(problem.sentence for problem in result.problems)
        else:
            self._take_up(result.bundle, sources)
        self._seen = fingerprint

    def _take_up(self, bundle: Bundle, sources: Sources) -> None:
        """Activate the release, or leave it to people; the very first one is taken as it is."""
        office, self.problems, self.pending = self.office, (), ""
        active = office.releases.active()
        if active is not None and active.digest == bundle.digest:
            return
        if active is None:
            self._activated(office.releases.activate(office.releases.store(bundle, sources), "first release"))
            return
        digest = office.propose(sources, FILES).release
        if office.library.situation().governance.mode is ActivationMode.APPROVED:
            self.pending = digest
        elif ended := office.ended_by_people(digest):
            self._refuse([ended_by(digest[:12], ended)])
        else:
            self._try(digest)

    def _try(self, digest: str) -> None:
        try:
            self._activated(self.office.activate(digest, FILES, "rule files changed", kind=AUTOMATIC))
        except ReleaseError as error:
            self.pending = digest
            self._refuse([Said(f"{error.code}: {error}", f"未能启用（{error.code}）：{error}")])

    def _activated(self, active: Activation) -> None:
        self._told = active.number
        logger().info("release active", number=active.number, release=active.digest[:12])

    def waiting(self) -> list[Said]:
        """What a release that waits still needs, a sentence each; for the status."""
        if not self.pending:
            return []
        found = self.office.standing(self.pending)
        if found.stage in (Stage.ACTIVE, Stage.SUPERSEDED):
            return []
        return [waiting_for(self.pending[:12], found)]

    def _refuse(self, problems: Iterable[Said]) -> None:
        inside = f"{self.directory.as_posix()}/"  # status is open to all: no paths of the machine in it
        name = f"{self.directory.name}/"
        self.problems = [
            Said(each.en.replace(inside, name), each.zh.replace(inside, name)) for each in problems
        ]
        metrics.RELEASE_REFUSED.labels(service="rules").inc()
        for line in self.problems:
            logger().error("rule files refused; the active release stays", problem=line.en)


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
