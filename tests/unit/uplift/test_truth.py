"""What care truly did, for the same customers and days as the estimate."""

from shared.uplift.estimate import Arm, uplift
from shared.uplift.following import Begun, Orders
from shared.uplift.truth import pooled_truth, true_effect

BROUGHT = {"a": Orders([(12, 1.0), (40, 1.0)]), "held": Orders([(12, 1.0)]), "late": Orders([(52, 1.0)])}


def test_only_orders_in_the_days_of_those_who_were_treated_count() -> None:
    begun = [Begun("r", "a", 10, False), Begun("r", "b", 10, False), Begun("r", "held", 10, True)]

    assert true_effect(begun, BROUGHT, days=14, today=60) == 0.5
    assert true_effect(begun, BROUGHT, days=30, today=60) == 1.0


def test_a_customer_whose_days_are_not_over_is_left_out() -> None:
    begun = [Begun("r", "a", 10, False), Begun("r", "late", 50, False)]

    assert true_effect(begun, BROUGHT, days=14, today=60) == 1.0
    assert true_effect(begun[1:], BROUGHT, days=14, today=60) is None


def test_rules_are_pooled_by_the_customers_they_treated_and_those_without_data_left_out() -> None:
    large, small = uplift(Arm(90, 1, 1), Arm(90, 1, 1)), uplift(Arm(30, 1, 1), Arm(90, 1, 1))
    few = uplift(Arm(3, 1, 1), Arm(90, 1, 1))

    assert pooled_truth([(large, 0.4), (small, 0.0), (few, 9.0)]) == 0.3
    assert pooled_truth([(few, 9.0)]) is None
