"""Premises from recorded purchases, and which source wins."""

import pytest
from click.testing import CliRunner

from services.__main__ import cli
from shared.worth.combining import NotEnoughDataError, combine
from shared.worth.measured import Bought, measure
from shared.worth.premises import PremiseError

TODAY = 1_000
GIVEN = {"acquisition_cost": 5.0, "margin": 0.3}


def bought(*events: tuple[int, float, int]) -> Bought:
    found = Bought()
    for age, amount, sign in events:
        found.add(TODAY - age, TODAY, amount, sign)
    return found


def test_churn_is_the_share_of_last_years_buyers_who_did_not_come_back() -> None:
    customers = {
        "stayed": bought((500, 10, 1), (5, 30, 1)),
        "left": bought((400, 10, 1)),
        "new": bought((20, 10, 1)),
        "long gone": bought((731, 10, 1)),
    }
    (found,) = measure(customers)

    assert found.churn == 0.5
    assert found.customers == 2
    assert found.revenue == 20.0


def test_the_year_ends_between_its_365th_and_366th_day() -> None:
    assert bought((364, 10, 1)).since
    assert bought((365, 10, 1)) == Bought(before=True)
    assert bought((729, 10, 1)).before
    assert bought((730, 10, 1)) == Bought()


def test_returns_are_taken_off_and_are_no_purchase() -> None:
    returned = bought((3, 10, 1), (2, 4, -1))

    assert returned.revenue == 6.0
    assert not bought((2, 4, -1)).since


def test_groups_are_measured_apart() -> None:
    customers = {"a": bought((400, 1, 1), (1, 1, 1)), "b": bought((400, 1, 1))}
    found = {each.group: each.churn for each in measure(customers, {"a": "value", "b": "freezing"})}

    assert found == {"freezing": 1.0, "value": 0.0}


def test_what_is_given_wins_over_what_is_measured_and_that_over_what_is_assumed() -> None:
    (measured,) = measure({"a": bought((400, 10, 1), (5, 30, 1))})
    found = combine({**GIVEN, "revenue": 99.0}, measured)

    assert (found.premises.revenue, found.sources["revenue"]) == (99.0, "given")
    assert (found.premises.churn, found.sources["churn"]) == (0.0, "measured")
    assert (found.premises.years, found.sources["years"]) == (3, "assumed")


def test_what_no_event_tells_is_asked_for() -> None:
    with pytest.raises(PremiseError, match="acquisition_cost, margin: in no event"):
        combine({"customers": 1.0, "churn": 0.1, "revenue": 2.0})


def test_too_few_records_are_no_guess() -> None:
    (measured,) = measure({"new": bought((5, 30, 1))})

    with pytest.raises(NotEnoughDataError, match="churn: not enough purchases"):
        combine(GIVEN, measured)


def test_the_command_names_the_options_of_what_no_event_tells() -> None:
    told = CliRunner().invoke(cli, ["worth", "--customers", "10", "--churn", "20", "--revenue", "100"])
    assert told.exit_code == 2
    assert "--acquisition-cost, --margin" in told.stderr
