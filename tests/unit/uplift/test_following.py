"""Which orders count for which decision."""

from shared.uplift.following import MEASURES, Begun, Orders, first_of_each, follow

ORDERS = Orders([(10, 5.0), (11, 7.0), (24, 1.0), (25, 2.0)])


def test_orders_count_from_the_day_after_to_the_last_day() -> None:
    assert ORDERS.count(10, 24) == 2
    assert ORDERS.amount(10, 24) == 8.0
    assert MEASURES["buyers"](ORDERS, 25, 39) == 0.0


def test_only_the_first_decision_on_a_customer_counts() -> None:
    decisions = [Begun("r", "a", 30, False), Begun("r", "a", 10, False), Begun("s", "a", 40, True)]

    assert first_of_each(decisions) == [Begun("r", "a", 10, False), Begun("s", "a", 40, True)]


def test_a_customer_whose_days_are_not_over_is_left_out_and_counted() -> None:
    begun = [Begun("r", f"c{number}", 10 + number, False) for number in range(5)]
    found = follow(begun, {"c0": ORDERS}, days=14, today=26)

    assert found.unfinished == 2
    assert found.uplift.treated.customers == 3
