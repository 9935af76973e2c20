"""The page of settings tells the settings there are, with their defaults, in both editions."""

import re
from pathlib import Path

import pytest

from shared.settings import SETTINGS

DOCS = Path(__file__).parents[3] / "docs"
EDITIONS = pytest.mark.parametrize(
    "page", [(DOCS / name).read_text(encoding="utf-8") for name in ("settings.md", "settings.zh-CN.md")]
)


@EDITIONS
def test_every_setting_is_on_the_page_and_no_other(page: str) -> None:
    assert re.findall(r"^\| `(GUANXI_\w+)` \|", page, re.MULTILINE) == list(SETTINGS)


@EDITIONS
def test_defaults_on_the_page_are_the_real_ones(page: str) -> None:
    for name, setting in SETTINGS.items():
        if setting.default:
            assert f"| `{name}` | `{setting.default}` |" in page


@EDITIONS
def test_every_choice_is_named(page: str) -> None:
    for name, setting in SETTINGS.items():
        (row,) = re.findall(rf"^\| `{name}` .*", page, re.MULTILINE)
        assert all(f"`{choice}`" in row for choice in setting.choices)
