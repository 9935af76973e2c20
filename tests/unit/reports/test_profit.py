"""Profit is margin on net spend less what serving costs; who costs more is named."""

from shared.reports.profit import Balance, Costs, profit


def test_profit_is_margin_on_net_spend_less_cost_to_serve() -> None:
    costs = Costs()
    costs.add("li", "care.given", 5.0)
    costs.add("li", "create_task", 4.0)

    found = profit([("li", 100.0), ("li", -20.0), ("wu", 50.0)], 40, costs)

    assert found.curve.top == (("li", 23.0), ("wu", 20.0))
    assert found.costs == (("care.given", 5.0), ("create_task", 4.0))


def test_who_costs_more_than_they_bring_is_named_the_most_first_even_without_a_purchase() -> None:
    costs = Costs()
    costs.add("he", "gift", 12.0)
    costs.add("wu", "gift", 12.0)

    found = profit([("li", 100.0), ("wu", 20.0)], 50, costs)

    assert [(each.customer, each.profit) for each in found.losing] == [("he", -12.0), ("wu", -2.0)]
    assert (found.curve.losing, found.curve.lost) == (2, -14.0)


def test_who_costs_more_than_they_bring_is_told_with_why() -> None:
    costs = Costs()
    costs.add("li", "care.given", 5.0)
    costs.add("li", "create_task", 30.0)
    costs.add("li", "care.given", 6.0)

    (li,) = profit([("li", 100.0), ("li", -60.0)], 50, costs).losing

    assert li == Balance("li", bought=100.0, returned=60.0, cost=41.0, mostly="create_task", profit=-21.0)


def test_fifths_hold_everybody_once_and_add_up_to_the_whole() -> None:
    costs = Costs()
    for number in range(0, 23, 3):
        costs.add(f"c{number}", "gift", number / 2)
    net = [(f"c{number}", float(number * 10 - 30)) for number in range(23)]

    found = profit(net, 30, costs)

    assert sum(each.customers for each in found.fifths) == found.curve.customers == 23
    assert round(sum(each.profit for each in found.fifths), 2) == round(found.curve.total, 2)
    assert round(sum(each.cost for each in found.fifths), 2) == sum(cost for _, cost in found.costs)
    assert [each.until_percent for each in found.fifths] == [20, 40, 60, 80, 100]
    assert [each.profit for each in found.fifths] == sorted(
        (each.profit for each in found.fifths), reverse=True
    )
