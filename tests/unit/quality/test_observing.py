"""At a cut everything up to its day is known and nothing after it; unfinished windows tell nothing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.cloudevents import CloudEvent
from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Anchor, Cause, Snapshot
from shared.quality.cuts import cuts
from shared.quality.observing import Deeds, Question, Standing, raised, standings
from shared.quality.outcome import Outcome

OUTCOME = Outcome("purchase", 30, "amount")
QUESTION = Question(OUTCOME, "risk", frozenset({"alert"}), (100,), 200)


def day_of(time: str) -> int:
    return int(time)


def bought(*days: int) -> Deeds:
    events = [CloudEvent(str(day), "shop", "purchase", "li", str(day), {"amount": 10}) for day in days]
    return Deeds.of(events, OUTCOME, day_of)


def told(day: int, risk: float | None) -> Snapshot:
    facts = {} if risk is None else {"risk": risk}
    return Snapshot("li", "", day, Cause("day"), "release", facts, {"silent": Anchor(day)})


def decided(day: int, outcome: str, rule: str = "alert") -> DecisionRecord:
    blank = dict.fromkeys(DecisionRecord.__dataclass_fields__)
    return DecisionRecord(**{**blank, "day": day, "outcome": outcome, "rule": rule})  # type: ignore[arg-type]


def at_100(deeds: Deeds, *decisions: DecisionRecord, snapshots: tuple[Snapshot, ...] = ()) -> Standing:
    (found,) = standings(deeds, snapshots, decisions, QUESTION)
    return found


def test_a_customer_is_known_by_what_happened_up_to_the_cut() -> None:
    found = at_100(bought(40, 90, 90, 120), snapshots=(told(90, 12.0), told(101, 99.0)))
    assert found == Standing(100, 10, 2, 30, 12.0, alarmed=False, left=False)


@pytest.mark.parametrize(("after", "left"), [(101, False), (130, False), (131, True)])
def test_who_does_it_on_the_last_day_of_the_window_has_not_left(after: int, left: bool) -> None:
    assert at_100(bought(90, after)).left is left


def test_who_had_done_nothing_by_the_cut_is_not_asked() -> None:
    assert list(standings(bought(101), (), (), QUESTION)) == []


def test_an_unknown_risk_stays_unknown() -> None:
    assert at_100(bought(90), snapshots=(told(90, None),)).risk is None


def test_an_alert_counts_from_the_day_it_is_raised_until_it_is_resolved() -> None:
    fired, resolved = decided(80, "fired"), decided(100, "resolved")
    assert at_100(bought(10), fired).alarmed
    assert not at_100(bought(10), fired, resolved).alarmed
    assert at_100(bought(10), fired, replace(resolved, day=101)).alarmed
    assert not at_100(bought(10), replace(fired, day=101)).alarmed
    assert not at_100(bought(10), replace(fired, rule="another")).alarmed
    assert not at_100(bought(10), replace(fired, outcome="held_out")).alarmed


def test_an_alert_whose_window_is_not_over_tells_nothing_yet() -> None:
    alerts = [decided(169, "fired"), decided(170, "fired"), decided(171, "fired")]
    assert [alert.left for alert in raised(bought(160), alerts, QUESTION)] == [True, True, None]
    assert [alert.silent_days for alert in raised(bought(160), alerts, QUESTION)] == [9, 10, 11]


@given(st.lists(st.integers(0, 400), max_size=20), st.integers(0, 400), st.integers(1, 90))
def test_leaving_is_to_do_nothing_on_any_day_of_the_window(days: list[int], cut: int, window: int) -> None:
    naive = not any(cut < day <= cut + window for day in days)
    assert bought(*days).none_after(cut, window) is naive


def test_cuts_are_the_month_ends_with_history_before_and_a_whole_window_after() -> None:
    first, last = date(2010, 1, 15).toordinal(), date(2010, 12, 20).toordinal()
    found = cuts((), first, last, 90)
    ends = [date.fromordinal(day).isoformat() for day in found.days]
    assert ends == ["2010-04-30", "2010-05-31", "2010-06-30", "2010-07-31", "2010-08-31"]
    assert found.left_out == 3  # September to November: their windows end after the last day


def test_a_named_cut_is_taken_if_its_window_ends_on_the_last_day_and_left_out_a_day_later() -> None:
    found = cuts((170, 171), 1, 200, 30)
    assert (found.days, found.left_out) == ((170,), 1)
