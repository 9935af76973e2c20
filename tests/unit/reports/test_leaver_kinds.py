"""Which customers leave is told beside those who did not."""

import pytest

from shared.reports.leaver_kinds import LONGER, ONCE, KindOf, Kinds, span


def test_leavers_and_others_are_shares_of_their_own() -> None:
    kinds = Kinds()
    for _ in range(3):
        kinds.add([("segment", "value")], left=True)
    kinds.add([("segment", "freezing")], left=True)
    for segment in ("value", "freezing", "freezing", "freezing", "freezing"):
        kinds.add([("segment", segment)], left=False)

    assert kinds.compared() == (
        KindOf("segment", "value", 3, 75.0, 1, 20.0),
        KindOf("segment", "freezing", 1, 25.0, 4, 80.0),
    )


def test_a_kind_that_nobody_of_one_side_is_counts_as_none() -> None:
    kinds = Kinds()
    kinds.add([("segment", "value")], left=True)

    assert kinds.compared() == (KindOf("segment", "value", 1, 100.0, 0, 0.0),)


@pytest.mark.parametrize(
    ("days", "told"),
    [(0, ONCE), (1, "up to half a year"), (180, "up to half a year"), (181, "up to a year"), (731, LONGER)],
)
def test_how_long_somebody_bought_is_told_in_words(days: int, told: str) -> None:
    assert span(700_000, 700_000 + days) == told
