"""Which YAML files lie in a directory of rule files, wherever links in it lead.

Looks at names only. A mounted Kubernetes ConfigMap is a tree of links into a hidden folder that is swapped
as a whole: links are followed, hidden names are no part of the rules.
"""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from shared.policy.layout import BESIDE

SUFFIXES = frozenset({".yaml", ".yml"})


def yaml_files(root: Path) -> Mapping[str, Path]:
    """Every YAML file under *root* by its path inside, sorted; what lies beside the bundle is left out."""
    return dict(sorted((path.relative_to(root).as_posix(), path) for path in _walk(root)))


def _walk(root: Path) -> Iterator[Path]:
    seen: set[str] = set()
    for place, folders, names in os.walk(root, followlinks=True):
        if (real := os.path.realpath(place)) in seen:  # a link back to a folder above it
            folders.clear()
            continue
        seen.add(real)
        outermost = Path(place) == root
        folders[:] = [name for name in sorted(folders) if _counts(name, outermost)]
        for name in names:
            path = Path(place, name)
            if path.suffix in SUFFIXES and _counts(name, outermost) and path.is_file():
                yield path


def _counts(name: str, outermost: bool) -> bool:
    return not name.startswith(".") and not (outermost and name in BESIDE)
