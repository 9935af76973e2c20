"""What rules in shadow would have done, beside live ones."""

from shared.reports.shadow import Order, Shadowed, orders_of, shadowed

PROMOTE = "change_tier to core"


def order(rule: str, customer: str, day: int, action: str = PROMOTE) -> Order:
    return Order(rule, customer, day, action)


def test_customers_are_told_apart_by_who_would_have_acted() -> None:
    found = shadowed(
        [order("new", "a", 5), order("new", "a", 9), order("new", "b", 7)],
        [order("old", "b", 8), order("old", "c", 6)],
    )

    assert found == [Shadowed("new", PROMOTE, 3, 2, 1, 1, 1, 5, 9)]


def test_what_live_rules_did_before_the_rule_first_spoke_is_not_held_against_it() -> None:
    (found,) = shadowed([order("new", "a", 5)], [order("old", "c", 4)])

    assert (found.only_live, found.only_shadow) == (0, 1)


def test_another_action_is_no_agreement() -> None:
    (found,) = shadowed([order("new", "a", 5)], [order("old", "a", 5, "change_tier to none")])

    assert found.both == 0


def test_an_order_is_named_by_what_it_is_about_and_not_by_its_words() -> None:
    decision = {
        "rule": "r",
        "customer": "a",
        "day": 3,
        "actions": [
            {
                "kind": "create_task",
                "fields": {"task": "welcome-call", "title": {"en": "Welcome"}, "due_days": 3},
            }
        ],
    }

    assert [each.action for each in orders_of(decision)] == ["create_task task welcome-call"]
