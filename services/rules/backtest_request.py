"""What is asked for over HTTP, as the files and options of a `guanxi backtest` of its own."""

from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from shared.errors import RefusedError
from shared.policy.layout import belongs

PROGRESS, REPORT, FILES = "progress", "report.json", "rules"


def kept(request: Mapping[str, Any]) -> bytes:
    """The request as it is told again: of files only the names."""
    told = {name.removesuffix("_"): value for name, value in request.items()}
    return orjson.dumps({**told, "files": sorted(request["files"])})


def check(files: Mapping[str, str]) -> None:
    """Refuse a path that has no place in a bundle."""
    strange = sorted(path for path in files if not belongs(path) or ".." in PurePosixPath(path).parts)
    if strange:
        raise RefusedError(f"{strange[0]!r} has no place in a bundle", pointer="/files")


def lay_out(files: Mapping[str, str], directory: Path) -> None:
    """Write the candidate's rule files."""
    for path, text in files.items():
        target = directory / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")


def options(request: Mapping[str, Any], directory: Path) -> list[str]:
    """What the command is told, to write progress and report into *directory*."""
    candidate = str(directory / FILES) if request["files"] else request["candidate"]
    given = ["--base", request["base"], "--candidate", candidate, "--samples", str(request["samples"])]
    given += ["--from", request["from_"].isoformat()] if request.get("from_") else []
    given += ["--to", request["to"].isoformat()] if request.get("to") else []
    given += ["--event-time"] if request["event_time"] else []
    output = ["--output", str(directory / REPORT), "--progress", str(directory / PROGRESS)]
    return [*given, "--format", "json", "--processes", "1", *output]
