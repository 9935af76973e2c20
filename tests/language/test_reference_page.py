"""docs/policy-reference.md names everything the language has."""

import re
from pathlib import Path

import pytest

from shared.policy import shapes
from shared.policy.phrases.grammar import FORMS
from shared.policy.shapes import Shape

PAGE = (Path(__file__).parents[2] / "docs" / "policy-reference.md").read_text(encoding="utf-8")
SHAPES = [value for value in vars(shapes).values() if isinstance(value, Shape)]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_every_key_is_named_in_the_reference(shape: Shape) -> None:
    missing = [name for name in shape.names if not re.search(rf"\b{re.escape(name)}\b", PAGE)]

    assert missing == []


def test_the_table_of_phrases_has_every_form_in_both_languages() -> None:
    table = PAGE.partition("<!-- phrases -->")[2].partition("<!-- /phrases -->")[0]
    told = set(re.findall(r"`([^`]+)`", table))

    for form in FORMS:
        for pattern in (*form.english, *form.chinese):
            said = pattern.replace("<L>", "[A, B]").replace("<", "").replace(">", "")
            assert said in told, said


@pytest.mark.parametrize("action", shapes.ACTIONS)
def test_every_action_is_shown_in_the_reference(action: str) -> None:
    assert f"`{action}:" in PAGE
