"""The files of deploy/, read as data."""

import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

ROOT = Path(__file__).parents[3]
K8S = ROOT / "deploy" / "k8s"
EXAMPLE = K8S / "overlays" / "example"
COMPOSE_FILES = ("docker-compose.yml", "deploy/compose.embedded.yml")

Manifest = Mapping[str, Any]


def read(path: Path) -> list[Any]:
    """Every document of a YAML file, with anchors and merges resolved."""
    return list(YAML(typ="safe", pure=True).load_all(path.read_text(encoding="utf-8")))


def parsed(text: str) -> Any:
    """One document."""
    return YAML(typ="safe", pure=True).load(text)


def compose(name: str) -> Manifest:
    """A compose file."""
    (document,) = read(ROOT / name)
    return document  # type: ignore[no-any-return]


def every_manifest() -> Iterator[tuple[Path, Manifest]]:
    """Every manifest as it is written, before kustomize."""
    for path in sorted(K8S.rglob("*.yaml")):
        for document in read(path):
            yield path, document


def rendered() -> list[Manifest]:
    """What a cluster is given. Skips where there is no kubectl; what needs none is tested without."""
    kubectl = shutil.which("kubectl")
    if kubectl is None:
        pytest.skip("kubectl is not installed, so kustomize cannot put the manifests together")
    told = subprocess.run([kubectl, "kustomize", str(EXAMPLE)], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    return list(YAML(typ="safe", pure=True).load_all(told.stdout))
