"""docs/policy-errors.md has a section for every code, and its examples are what it says they are."""

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from shared.policy.codes import REGISTRY
from shared.policy.problems import to_human
from shared.policy.release import Sources, build, load_directory

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "policy-errors.md").read_text(encoding="utf-8")
BASE = load_directory(HERE / "small")
TODAY = date(2026, 11, 23).toordinal()


@dataclass(frozen=True)
class Section:
    code: str
    title: str
    examples: tuple[tuple[str, str, str], ...]  # wrong or right, file, text


def sections() -> list[Section]:
    found = []
    for part in re.split(r"^## ", PAGE, flags=re.MULTILINE)[1:]:
        code, _, title = part.partition("\n")[0].partition(" ")
        examples = re.findall(
            r"^```yaml (wrong|right) (\S+)\n(.*?)^```", part, flags=re.MULTILINE | re.DOTALL
        )
        found.append(Section(code, title, tuple(examples)))
    return found


def codes_of(file: str, text: str) -> set[str]:
    replaced = text if not text.startswith((" ", "\t")) else BASE.files[file] + text
    sources = Sources({**BASE.files, file: replaced}, "rules")
    return {problem.code for problem in build(sources, TODAY).problems}


def test_every_code_has_a_section_named_as_declared() -> None:
    assert {section.code: section.title for section in sections()} == {
        code.id: code.summary for code in REGISTRY.values()
    }


@pytest.mark.parametrize("section", sections(), ids=lambda section: section.code)
def test_the_wrong_example_has_the_problem_and_the_right_one_has_none(section: Section) -> None:
    kinds = [kind for kind, _, _ in section.examples]

    assert kinds == ["wrong", "right"]
    for kind, file, text in section.examples:
        found = codes_of(file, text)
        assert (section.code in found) if kind == "wrong" else not found, (kind, found)


def test_the_problem_shown_at_the_beginning_is_what_the_checker_says_of_its_example() -> None:
    (example,) = (section for section in sections() if section.code == "E303")
    _, file, text = example.examples[0]
    sources = Sources({**BASE.files, file: BASE.files[file] + text}, "rules")

    assert f"```\n{to_human(build(sources, TODAY).problems, sources.texts)}\n```" in PAGE
