"""The default bundle as a base that tests break in one place."""

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from shared.model.rules import Bundle
from shared.policy.problems import Problem
from shared.policy.release import Sources, build, load_directory

RULES = Path(__file__).parents[2] / "rules"


@lru_cache(maxsize=1)
def default_sources() -> Sources:
    loaded = load_directory(RULES)
    return Sources(loaded.files, "rules")


@lru_cache(maxsize=1)
def default_bundle() -> Bundle:
    result = build(default_sources())
    assert result.bundle is not None, [str(problem) for problem in result.problems]
    return result.bundle


def changed(files: Mapping[str, str | None], root: str = "rules") -> Sources:
    """The default bundle with some files replaced, or taken away by None."""
    kept = {path: text for path, text in default_sources().files.items() if path not in files}
    return Sources({**kept, **{path: text for path, text in files.items() if text is not None}}, root)


def edited(path: str, *edits: tuple[str, str]) -> Sources:
    """The default bundle with words of one file replaced; every edit must apply exactly once."""
    text = default_sources().files[path]
    for before, after in edits:
        assert text.count(before) == 1, f"{before!r} stands {text.count(before)} times in {path}"
        text = text.replace(before, after)
    return changed({path: text})


def problems_of(sources: Sources) -> list[Problem]:
    return build(sources).problems
