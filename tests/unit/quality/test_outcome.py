"""What counts as leaving is a closed phrase, in English and Chinese."""

from pathlib import Path

import pytest

from shared.policy.release import build, load_directory
from shared.quality.outcome import Outcome, UnknownOutcomeError, read_outcome

RULES = Path(__file__).parents[3] / "rules"
bundle = build(load_directory(RULES)).bundle
assert bundle is not None
EVENTS = bundle.catalogue.events


@pytest.mark.parametrize(
    "phrase",
    [
        "no purchase for 180 days",
        "No purchase for 180 days",
        "180 天没有 purchase",
        "180天没有购买",
        "180 天内未购买",
        "180日无购买",
    ],
)
def test_both_languages_say_the_same(phrase: str) -> None:
    assert read_outcome(phrase, EVENTS) == Outcome("purchase", 180, "amount")


def test_an_event_without_amount_has_no_money() -> None:
    assert read_outcome("no contact.answered for 1 day", EVENTS) == Outcome("contact.answered", 1)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_outcome_says_itself_so_that_it_is_read_again(language: str) -> None:
    outcome = Outcome("purchase", 90, "amount")
    assert read_outcome(outcome.told(language), EVENTS) == outcome


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("no purchases for 180 days", 'did you mean "purchase"'),
        ("fewer purchases", "no EVENT for N days"),
        ("no purchase for 0 days", "1 to 3660"),
        ("no purchase for 9999 days", "1 to 3660"),
    ],
)
def test_anything_else_is_refused_with_what_to_write(phrase: str, told: str) -> None:
    with pytest.raises(UnknownOutcomeError) as raised:
        read_outcome(phrase, EVENTS)
    assert told in str(raised.value)
