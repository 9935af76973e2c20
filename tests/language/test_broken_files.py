"""Golden broken files: each is named for its fault and has its messages beside it, word for word.

`GUANXI_WRITE_GOLDEN=1` writes them anew; look at the difference before you commit it.
"""

import os
from pathlib import Path

import pytest

from shared.policy.problems import to_human
from shared.policy.release import Sources, build, load_directory

HERE = Path(__file__).parent
BASE = load_directory(HERE / "small")
CASES = sorted((HERE / "broken").glob("*.yaml"))


def broken(case: Path) -> Sources:
    first, _, text = case.read_text(encoding="utf-8").partition("\n")
    path = first.removeprefix("# stands for ")
    assert path in BASE.files
    return Sources({**BASE.files, path: text}, "rules")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_a_broken_file_is_told_with_place_expectation_and_suggestion(case: Path) -> None:
    sources = broken(case)

    told = to_human(build(sources).problems, sources.texts) + "\n"

    golden = case.with_suffix(".expected")
    if os.environ.get("GUANXI_WRITE_GOLDEN"):
        golden.write_text(told, encoding="utf-8")
    assert told == golden.read_text(encoding="utf-8")


def test_the_base_of_the_broken_files_is_valid() -> None:
    assert build(BASE).problems == []
