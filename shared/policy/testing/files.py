"""Test files on disk, read into memory: ``tests/*.test.yaml`` beside the rule files.

They are no part of a release: a changed test changes no decision, so it must not make a new release. A
report of their outcome names both the release and the tests.
"""

from pathlib import Path

from shared.policy.codes import UNEXPECTED_FILE
from shared.policy.finding import SUFFIXES
from shared.policy.nodes import Span
from shared.policy.problems import Problems
from shared.policy.release import Sources, read_text
from shared.policy.said import Said, name_it

FOLDER = "tests"
SUFFIX = ".test.yaml"


def load_tests(directory: str | Path) -> Sources:
    """Read the tests beside the rule files in *directory*; what cannot be read becomes a problem."""
    shown = Path(directory).as_posix()
    problems = Problems()
    files: dict[str, str] = {}
    for file in suite_files(directory):
        name = f"{FOLDER}/{file.name}"
        if not file.name.endswith(SUFFIX):
            said = Said(f"{name} would not be run", f"{name} 不会被运行")
            hint = name_it(f"{file.stem.removesuffix('.test')}{SUFFIX}")
            problems.add(UNEXPECTED_FILE, Span(f"{shown}/{name}"), said, suggestion=hint)
        elif (text := read_text(file, f"{shown}/{name}", problems)) is not None:
            files[name] = text
    return Sources(files, shown, tuple(problems.sorted()))


def suite_files(directory: str | Path) -> list[Path]:
    """The YAML files in the folder of tests, by name."""
    folder = Path(directory) / FOLDER
    found = folder.iterdir() if folder.is_dir() else ()
    return sorted(file for file in found if file.suffix in SUFFIXES and not file.name.startswith("."))
