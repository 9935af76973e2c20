"""What stops a rule: a day that wants twice its budget, or engines that read it differently."""

from typing import Any

from services.rules.brake import Brake
from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Cause
from shared.switches.model import Switch, SwitchKind


def decision(customer: str, day: int = 1, **given: Any) -> DecisionRecord:
    fields: dict[str, Any] = {
        "id": f"d-{customer}-{day}", "customer": customer, "rule": "r", "policy": "p", "release": "0",
        "outcome": "fired", "mode": "live", "as_of": "", "day": day, "cause": Cause("day"), "facts": {},
        "leaves": (), "reason": {}, **given,
    }  # fmt: skip
    return DecisionRecord(**fields)


def waiting(customer: str, day: int = 1, places: int = 2) -> DecisionRecord:
    return decision(
        customer, day, outcome="blocked", held_by="budget", budget={"number": None, "places": places}
    )


class Trips(list[tuple[str, str, dict[str, Any]]]):
    """What was stopped, and why."""

    def trip(self, rule: str, reason: str, found: dict[str, Any]) -> Switch:
        self.append((rule, reason, found))
        return Switch(len(self), SwitchKind.BRAKE, "", "guanxi", reason, rule)


def test_as_many_waiting_customers_as_places_stop_the_rule() -> None:
    trips = Trips()
    brake = Brake(trips.trip)
    assert [brake.watch(waiting(customer)) for customer in ("li", "li", "wang")] == [False, False, True]
    assert trips == [("r", "budget", {"day": 1, "allowed": 2, "waiting": ["li", "wang"]})]


def test_those_of_different_days_are_not_added_up() -> None:
    trips = Trips()
    brake = Brake(trips.trip)
    assert not any(brake.watch(waiting(f"c{day}", day)) for day in range(20))


def test_a_rule_without_any_place_is_stopped_by_the_first_who_waits() -> None:
    assert Brake(Trips().trip).watch(waiting("li", places=0))


def test_three_disagreements_among_few_decisions_stop_the_rule() -> None:
    trips = Trips()
    brake = Brake(trips.trip)
    for number in range(3):
        brake.watch(decision(f"c{number}", outcome="blocked", held_by="disagreement", agreed=False))
    assert trips == [("r", "disagreement", {"day": 1, "waiting": ["c0", "c1", "c2"]})]


def test_three_disagreements_among_very_many_decisions_do_not() -> None:
    brake = Brake(Trips().trip)
    for number in range(100):
        brake.watch(decision(f"c{number}"))
    assert not any(brake.watch(decision(f"x{number}", agreed=False)) for number in range(3))
