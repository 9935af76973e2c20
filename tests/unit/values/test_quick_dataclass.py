"""Values that arise with every message behave as those of a frozen dataclass."""

from dataclasses import field

import pytest

from shared.quick_dataclass import dataclass, replace


@dataclass(frozen=True, slots=True)
class Spell:
    started: int
    phase: str = "pending"
    kept: dict[str, int] | None = field(default=None, init=False, compare=False)


def test_equal_fields_make_equal_values_with_one_hash() -> None:
    assert Spell(1) == Spell(1, "pending") != Spell(2)
    assert len({Spell(1), Spell(1), Spell(1, "active")}) == 2


def test_a_copy_has_the_changes_and_nothing_else_changes() -> None:
    spell = Spell(1)

    assert replace(spell, phase="active") == Spell(1, "active")
    assert spell == Spell(1)


def test_what_is_not_given_at_the_start_is_not_copied() -> None:
    spell = Spell(1)
    object.__setattr__(spell, "kept", {"started": 1})

    assert replace(spell, started=2).kept is None


def test_only_fields_can_be_changed() -> None:
    with pytest.raises(KeyError, match="colour"):
        replace(Spell(1), colour="red")
