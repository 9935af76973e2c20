"""The first screen holds what it says: its commands exist, its rule passes the checks, its event is one."""

import re
import shutil
from pathlib import Path

import orjson
import pytest

from services.__main__ import MOUNTS
from services.replay.reading import SIMPLE_FIELDS
from shared.policy.release import build, load_directory

ROOT = Path(__file__).parents[3]
RULES = ROOT / "tests" / "flow" / "cli" / "rules"
READMES = ("README.md", "README.zh-CN.md")

REST = """
  - id: demote-core
    title: {en: Is no longer one}
    when: {all: [{tier: is core}, {score: less than 50}]}
    for: 30 days
    then: [{change_tier: {to: none}}]
"""


def blocks(readme: str, language: str) -> list[str]:
    text = (ROOT / readme).read_text(encoding="utf-8")
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


@pytest.mark.parametrize("readme", READMES)
def test_every_command_it_names_exists(readme: str) -> None:
    named = set(re.findall(r"(?:^|[/`])guanxi ([a-z-]+)", "\n".join(blocks(readme, "sh")), re.MULTILINE))

    assert named
    assert named <= set(MOUNTS)


@pytest.mark.parametrize("readme", READMES)
def test_every_target_it_names_is_in_the_makefile(readme: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = (ROOT / readme).read_text(encoding="utf-8")

    assert set(re.findall(r"make ([a-z-]+)", text)) <= targets


@pytest.mark.parametrize("readme", READMES)
def test_its_rule_passes_every_check(readme: str, tmp_path: Path) -> None:
    (rule,) = blocks(readme, "yaml")
    directory = shutil.copytree(RULES, tmp_path / "rules")
    indented = "".join(f"  {line}\n" for line in rule.splitlines())
    policy = f"policy: membership\nowner: crm\nrules:\n{indented}{REST}"
    (directory / "policies" / "membership.yaml").write_text(policy, encoding="utf-8")

    result = build(load_directory(directory))

    assert result.bundle is not None, [str(problem) for problem in result.problems]


@pytest.mark.parametrize("readme", READMES)
def test_its_event_is_in_the_simple_form(readme: str) -> None:
    (curl,) = [block for block in blocks(readme, "sh") if "curl" in block]
    event = orjson.loads(re.findall(r"-d '(.*?)'", curl, re.DOTALL)[0])

    assert set(event) == set(SIMPLE_FIELDS)
