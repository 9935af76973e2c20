"""Profit is margin on net spend less what serving costs; who costs more is named."""

from shared.reports.profit import Costs, profit


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

    assert found.losing == (("he", -12.0), ("wu", -2.0))
    assert (found.curve.losing, found.curve.lost) == (2, -14.0)
