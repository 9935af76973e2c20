"""Every `guanxi …` command line in the documents is one that the program takes, with its options."""

import re
import shlex
from pathlib import Path

import click
import pytest

from services.__main__ import cli

ROOT = Path(__file__).parents[3]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "deploy").rglob("*.md")])
FENCES = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELLS = {"", "sh", "bash", "console"}
INSIDE = re.compile(r"(?:^\s*|[$;] |[(/]|-- |exec [\w-]+ )guanxi (?=[a-z-])(.*)")
ENDS = re.compile(r"\s#|\s{2,}|[|);…]|\s&&")
"""Where a command ends in what people write: a remark, a column of explanation, a pipe."""


def command_lines(text: str) -> list[str]:
    fenced = [line for name, body in FENCES.findall(text) if name in SHELLS for line in body.splitlines()]
    inline = re.findall(r"`([^`\n]+)`", FENCES.sub("", text))
    found = [told.group(1) for line in [*fenced, *inline] if (told := INSIDE.search(line))]
    return [ENDS.split(command)[0].strip() for command in found]


def parse(line: str) -> None:
    """Raise what click raises, or AssertionError for words that lead nowhere."""
    command, words = cli, shlex.split(line)
    context = click.Context(cli)
    while isinstance(command, click.Group) and words:
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]!r} in {line!r}"
        command, words, context = found, words[1:], click.Context(found, parent=context)
    if not isinstance(command, click.Group):
        if words and words[-1].startswith("--") and takes_a_value(command, words[-1]):
            words = [*words, "VALUE"]  # the option itself is spoken of
        _, rest, _ = command.make_parser(context).parse_args(words)
        assert not rest, f"{rest} is too much in {line!r}"


def takes_a_value(command: click.Command, option: str) -> bool:
    found = [each for each in command.params if option in each.opts and isinstance(each, click.Option)]
    return any(not each.is_flag for each in found)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_command_line_is_understood(page: Path) -> None:
    for line in command_lines(page.read_text(encoding="utf-8")):
        try:
            parse(line)
        except click.UsageError as error:
            pytest.fail(f"guanxi {line}: {error.format_message()}")


def test_commands_are_found_wherever_they_are_written() -> None:
    fenced = "```sh\nKEY=$(.venv/bin/guanxi keys create shop)\nguanxi up  # all\n```\n"
    text = f"Say `guanxi status --json`.\n{fenced}"

    assert sorted(command_lines(text)) == ["keys create shop", "status --json", "up"]
    assert len([line for page in PAGES for line in command_lines(page.read_text(encoding="utf-8"))]) > 50


@pytest.mark.parametrize("line", ["stauts", "status --jsn", "status now", "keys crate shop", "up --worker 2"])
def test_a_command_line_that_is_wrong_is_noticed(line: str) -> None:
    with pytest.raises((click.UsageError, AssertionError)):
        parse(line)
