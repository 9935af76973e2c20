"""The referral funnel: each step holds those of the step before, in the order of time."""

from shared.reports.referrals import Programme, referrals

FOUND = Programme(
    chosen={"li": [10], "wu": [12], "he": [90]},
    asked={"li": [20], "wu": [30]},
    recommended={"li": [25, 40], "wu": [29], "zhao": [33]},
    converted={"li": [(26, 100.0)], "zhao": [(50, 40.0)]},
)


def test_each_step_holds_those_of_the_step_before() -> None:
    found = referrals(FOUND, 1, 80)

    steps = [
        (each.step, each.customers, each.of_before_percent, each.of_chosen_percent) for each in found.steps
    ]
    assert steps == [
        ("chosen", 2, 100.0, 100.0), ("asked", 2, 100.0, 100.0), ("recommended", 1, 50.0, 50.0),
        ("converted", 1, 100.0, 50.0),
    ]  # fmt: skip


def test_who_recommends_of_their_own_accord_is_counted_beside_the_funnel() -> None:
    found = referrals(FOUND, 1, 80)

    people = [
        (each.customer, each.was_asked, each.recommendations, each.converted) for each in found.recommenders
    ]
    assert people == [
        ("li", True, 2, 1), ("zhao", False, 1, 1), ("wu", False, 1, 0),
    ]  # fmt: skip
    assert (found.value, found.value_when_asked) == (140.0, 100.0)


def test_what_happened_outside_the_period_is_left_out() -> None:
    found = referrals(FOUND, 1, 22)

    assert [each.customers for each in found.steps] == [2, 1, 0, 0]
    assert not found.recommenders
