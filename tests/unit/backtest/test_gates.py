"""Gates: the narrower of both releases' holds, and each measures what it says."""

from shared.backtest.gates import judged, narrower
from shared.backtest.tally import Tally
from shared.model.rules import Gates


def tally() -> Tally:
    found = Tally(customers=200, most_flips=(9, 3))
    for day, alerts, tasks in ((1, 2, 5), (2, 7, 1)):
        found.days["raise_alert", "churn", day, True] = alerts
        found.days["raise_alert", "credit", day, True] = 1
        found.days["raise_alert", "churn", day, False] = 99
        found.days["create_task", "call", day, True] = tasks
        found.days["offer", "gift", day, True] = 1
    return found


def measured(gates: Gates) -> dict[str, tuple[float, bool]]:
    costs = {"call": 300, "offer": 1_000}
    return {gate.name: (gate.measured, gate.passed) for gate in judged(gates, tally(), 5, costs)}


def test_of_two_gates_the_narrower_holds_and_one_alone_holds_too() -> None:
    one, other = (
        Gates(max_share_moved=10, max_alerts_per_day=5),
        Gates(max_share_moved=2, max_tasks_per_day=9),
    )
    expected = Gates(max_share_moved=2, max_alerts_per_day=5, max_tasks_per_day=9)
    assert narrower(one, other) == narrower(other, one) == expected


def test_no_gate_declared_is_no_gate_to_pass() -> None:
    assert measured(Gates()) == {}


def test_each_gate_looks_at_the_candidates_busiest_day() -> None:
    gates = Gates(
        max_share_moved=2.5,
        max_flips_per_year=2,
        max_alerts_per_day=8,
        max_tasks_per_day=4,
        max_cost_per_day=2_500,
    )
    assert measured(gates) == {
        "max_share_moved": (2.5, True),
        "max_flips_per_year": (3, False),
        "max_alerts_per_day": (8, True),
        "max_tasks_per_day": (5, False),
        "max_cost_per_day": (2_500, True),
    }
