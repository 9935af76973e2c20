"""The page of settings tells the settings there are, with their defaults."""

import re
from pathlib import Path

from shared.settings import SETTINGS

PAGE = (Path(__file__).parents[3] / "docs" / "settings.md").read_text(encoding="utf-8")


def test_every_setting_is_on_the_page_and_no_other() -> None:
    assert re.findall(r"^\| `(GUANXI_\w+)` \|", PAGE, re.MULTILINE) == list(SETTINGS)


def test_defaults_on_the_page_are_the_real_ones() -> None:
    for name, setting in SETTINGS.items():
        if setting.default:
            assert f"| `{name}` | `{setting.default}` |" in PAGE


def test_every_choice_is_named() -> None:
    for name, setting in SETTINGS.items():
        (row,) = re.findall(rf"^\| `{name}` .*", PAGE, re.MULTILINE)
        assert all(f"`{choice}`" in row for choice in setting.choices)
