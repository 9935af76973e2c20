"""A week is unusual only beyond what chance and the weeks before explain."""

from collections import Counter
from random import Random

import pytest

from shared.reports.anomalies import Anomaly, anomalies

LAST = 734_000
LONG_AGO = LAST - 365


def weekly(rule: str, *counts: int) -> dict[tuple[str, int], int]:
    """How often *rule* acted: in the last week first, then in those before."""
    return {(rule, LAST - 7 * ago - 3): count for ago, count in enumerate(counts)}


@pytest.mark.parametrize(("now", "unusual"), [(10, False), (19, False), (20, True), (1, False), (0, True)])
def test_a_week_beyond_three_deviations_is_unusual(now: int, unusual: bool) -> None:
    found = anomalies(weekly("churn", now, *[10] * 8), LAST, LONG_AGO)

    assert found == ((Anomaly("churn", now, 10.0),) if unusual else ())


def test_weeks_that_differ_much_among_themselves_make_little_unusual() -> None:
    assert anomalies(weekly("cards", 20, 0, 25, 0, 25, 0, 25, 0, 25), LAST, LONG_AGO) == ()


def test_a_rare_rule_that_acted_twice_is_no_news() -> None:
    assert anomalies(weekly("rare", 4), LAST, LONG_AGO) == ()
    assert anomalies(weekly("rare", 5), LAST, LONG_AGO) == (Anomaly("rare", 5, 0.0),)


def test_a_short_past_tells_nothing_of_what_is_usual() -> None:
    acted = weekly("churn", 90, 10, 10, 10, 10)

    assert anomalies(acted, LAST, LAST - 7 * 4) == ()
    assert anomalies(acted, LAST, LAST - 7 * 5 + 1) == (Anomaly("churn", 90, 10.0),)


def test_the_farthest_from_usual_comes_first() -> None:
    acted = weekly("a", 40, *[10] * 8) | weekly("b", 90, *[10] * 8) | weekly("c", 0, *[60] * 8)

    assert [each.rule for each in anomalies(acted, LAST, LONG_AGO)] == ["b", "c", "a"]


def test_chance_alone_is_hardly_ever_told() -> None:
    dice = Random(7)
    acted = Counter(
        (f"rule-{number}", LAST - dice.randrange(63)) for number in range(200) for _ in range(9 * 12)
    )

    assert len(anomalies(acted, LAST, LONG_AGO)) <= 4
