"""What-if questions in words."""

import pytest

from shared.worth.premises import PremiseError, Premises
from shared.worth.scenarios import compare, parse_scenario, standard

BASE = Premises(
    customers=1_000, churn=0.24, revenue=1_200, acquisition_cost=300, margin=0.177, years=2, discount=0.10
)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("churn -4 points", "churn", 0.20),
        ("churn 20 percent", "churn", 0.20),
        ("churn -50 percent", "churn", 0.12),
        ("revenue +20 %", "revenue", 1_440.0),
        ("revenue to 1500", "revenue", 1_500.0),
        ("acquisition_cost -10 percent", "acquisition_cost", 270.0),
        ("years +1", "years", 3),
    ],
)
def test_a_change_is_absolute_relative_or_a_step(text: str, name: str, value: float) -> None:
    assert getattr(parse_scenario(text).apply(BASE), name) == pytest.approx(value)


def test_changes_are_made_together_under_a_name() -> None:
    scenario = parse_scenario("better service: churn -4 points, acquisition_cost +10 percent")
    changed = scenario.apply(BASE)

    assert scenario.name == "better service"
    assert (changed.churn, changed.acquisition_cost) == (pytest.approx(0.20), pytest.approx(330.0))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("chrun -4 points", 'did you mean "churn"'),
        ("churn -4", '"points" for a step'),
        ("revenue -4 points", '"points" are steps of a percentage'),
        ("revenue 20 percent", "write [+] or - before a relative change"),
        ("a lot more revenue", "is no change; expected for example"),
        ("nothing:", "changes nothing"),
    ],
)
def test_a_scenario_that_is_no_scenario_is_told_with_what_to_write(text: str, told: str) -> None:
    with pytest.raises(PremiseError, match=told):
        parse_scenario(text)


def test_a_scenario_that_breaks_a_limit_names_itself() -> None:
    with pytest.raises(PremiseError, match="scenario 'churn -40 points': churn is -16 %"):
        compare(BASE, [parse_scenario("churn -40 points")])


def test_usual_questions_that_cannot_be_asked_are_left_out() -> None:
    low = Premises(
        customers=10, churn=0.02, revenue=10, acquisition_cost=1, margin=0.5, years=3, discount=0.0
    )

    assert [each.name for each in standard(low)] == [
        "acquisition_cost -10 percent",
        "revenue +20 percent",
        "years +1",
    ]
