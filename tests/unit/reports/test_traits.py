"""Traits: spread over those of whom there is evidence; stale ratings are named."""

from shared.reports.traits import Measured, Rating, traits


def test_quintiles_are_those_of_customers_with_evidence() -> None:
    measured = {str(points): Measured(points, evident=True) for points in range(0, 100, 10)}

    (found,) = traits({"advocacy": {**measured, "li": Measured(50, evident=False)}}).spreads

    assert found.quintiles == (0, 20, 40, 60, 80, 90)
    assert (found.mean, found.evident, found.customers, found.evident_percent) == (45, 10, 11, 90.9)


def test_nothing_is_spread_without_evidence() -> None:
    (found,) = traits({"advocacy": {"li": Measured(50, evident=False)}}).spreads

    assert (found.mean, found.quintiles, found.evident_percent) == (None, None, 0.0)


def test_a_rating_is_stale_after_its_days_and_the_oldest_is_named_first() -> None:
    fresh, stale, staler = Rating(180, 180), Rating(181, 180), Rating(400, 180)
    measured = {
        "li": Measured(50, evident=True, rating=fresh),
        "wu": Measured(50, evident=False, rating=stale),
        "he": Measured(50, evident=False, rating=staler),
    }

    found = traits({"advocacy": measured})

    assert (found.spreads[0].rated, found.spreads[0].stale) == (3, 2)
    assert found.stale == (("he", "advocacy", 400), ("wu", "advocacy", 181))
