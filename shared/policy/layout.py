"""Where rule files stand in their directory, declared once. Pure."""

from pathlib import PurePosixPath

MANIFEST = "policy.yaml"
CATALOGUE = ("events.yaml", "metrics.yaml", "traits.yaml", "tiers.yaml")
NOTIFICATIONS = "notifications.yaml"
REQUIRED = (MANIFEST, *CATALOGUE, NOTIFICATIONS)
POLICIES, CALENDARS, LISTS = "policies", "calendars", "lists"
FOLDERS = (POLICIES, CALENDARS, LISTS)
BESIDE = frozenset({"tests", "schema", "kustomization.yaml"})
"""What lies beside the bundle and is no part of a release: tests, generated schemas, how it is deployed."""


def belongs(path: str) -> bool:
    """Whether a file at *path* has a place in a bundle."""
    parts = PurePosixPath(path).parts
    if len(parts) == 1:
        return path in REQUIRED
    return len(parts) == 2 and parts[0] in FOLDERS and parts[1].endswith(".yaml")


def inside(folder: str, name: str) -> str:
    """The path of ``folder/name.yaml``."""
    return f"{folder}/{name}.yaml"
