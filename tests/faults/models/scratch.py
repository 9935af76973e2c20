"""Where machines keep their files: in memory where the system has such a place, so that runs are many."""

import tempfile
from pathlib import Path

IN_MEMORY = Path("/dev/shm")


def scratch() -> "tempfile.TemporaryDirectory[str]":
    """A directory that its owner cleans up."""
    return tempfile.TemporaryDirectory(dir=IN_MEMORY if IN_MEMORY.is_dir() else None)
