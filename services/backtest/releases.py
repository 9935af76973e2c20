"""Which releases a backtest means: the active one, one by its digest, or the rule files in a directory."""

from pathlib import Path

from services.cli.opened import Opened
from shared.errors import RefusedError
from shared.model.rules import Bundle
from shared.policy.problems import to_human
from shared.policy.release import build, load_directory
from shared.releases.documents import RELEASE
from shared.store.collections import RELEASES

ACTIVE = "active"
FEWEST_CHARACTERS = 6


class UnknownReleaseError(RefusedError):
    """Neither a directory nor a release of the installation."""

    code = "unknown-release"


class UnusableReleaseError(RefusedError):
    """Rule files that do not pass their checks cannot be run."""

    code = "unusable-release"


def release_named(name: str, installation: Opened | None) -> Bundle:
    """The bundle that *name* means: ``active``, a digest or its beginning, or a directory."""
    if Path(name).is_dir():
        return _built(name)
    if installation is None:
        raise UnknownReleaseError(f"there is no directory {name!r}, and no installation to ask for a release")
    return installation.bundle if name == ACTIVE else _stored(name, installation)


def _built(directory: str) -> Bundle:
    sources = load_directory(directory)
    result = build(sources)
    if result.bundle is None:
        told = to_human(result.problems, sources.texts)
        raise UnusableReleaseError(f"the rule files in {directory} do not pass their checks\n{told}")
    return result.bundle


def _stored(name: str, installation: Opened) -> Bundle:
    stored = (str(document["_id"]) for document in installation.find(RELEASES, {"kind": RELEASE}))
    found = [digest for digest in stored if digest.startswith(name)] if len(name) >= FEWEST_CHARACTERS else []
    if len(found) != 1:
        several = "several releases begin" if found else "neither a directory nor a release begins"
        raise UnknownReleaseError(f"{several} with {name!r}; `guanxi status` tells the active one's digest")
    return installation.release(found[0])
