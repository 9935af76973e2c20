"""When a counted fact passes a number."""

from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.snapshot import Anchor
from shared.policy.evaluation.crossings import Marks

NUMBERS = st.lists(st.sampled_from([-1, 0, 0.33, 1, 2.5, 3, 7, 7.25, 30]), min_size=1, max_size=4)


@given(NUMBERS, st.integers(-10, 40), st.sampled_from([(1, 1), (1, 7), (2, 3), (100, 30), (1, 400)]))
def test_no_crossing_is_missed(numbers: list[float], age: int, scale: tuple[int, int]) -> None:
    day, anchor = 1000, Anchor(1000 - age, *scale)

    def sides(on: int) -> list[tuple[bool, bool]]:
        return [(anchor.at(on) >= number, anchor.at(on) > number) for number in numbers]

    turn = Marks.of(numbers).next_day(anchor, day)
    horizon = day + 400 * 45 if turn is None else turn - 1
    step = 1 if turn is not None else 97
    assert all(sides(on) == sides(day) for on in range(day, horizon + 1, step))
    assert turn is None or turn > day


def test_a_fact_that_stands_still_never_crosses() -> None:
    assert Marks.of([1, 2]).next_day(Anchor(1000, 0, 5), 1000) is None
