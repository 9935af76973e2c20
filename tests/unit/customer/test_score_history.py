"""The history of a score: on every day it is what was told on that day, and every change adds up."""

from dataclasses import replace

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.snapshot import Cause
from shared.customer.assess import CustomerModel
from shared.customer.local_time import LocalTime
from shared.customer.score_history import KEPT_DAYS, ScoreHistory, contribution, steps
from shared.customer.standing import Standing
from shared.customer.yardstick import Yardstick
from tests.unit.customer.catalogues import TRAITS, catalogue, ordinal
from tests.unit.customer.histories import histories, purchase

CAUSE = Cause("event")
HEAVY = tuple(replace(trait, weight=weight) for trait, weight in zip(TRAITS, (10, 60, 30), strict=True))


def yardstick(digest: str, traits=TRAITS) -> Yardstick:
    defined = catalogue(traits=traits)
    return Yardstick(digest, CustomerModel.compile(defined), LocalTime(defined.timezone))


FIRST, SECOND = yardstick("first"), yardstick("second", HEAVY)


def told_by_day(standing: Standing, events, first: int, switch: int | None) -> dict[int, float]:
    """Live through *events* and 150 days, the second release coming with event *switch*; the score as each
    day closed, by what was sent."""
    told: dict[int, float] = {}
    by = FIRST
    for number, event in enumerate(events):
        if number == switch:
            by = SECOND
            sent = standing.adopt(by, Cause("release"), 0, events[:number])
            told[sent.day] = sent.facts["score"]
        for snapshot in standing.take(event, CAUSE, by, 0):
            told[snapshot.day] = snapshot.facts["score"]
    while standing.due_day is not None and standing.due_day < first + 150:
        for snapshot in standing.close_day(standing.due_day, by):
            told[snapshot.day] = snapshot.facts["score"]
    return told


def read_back(history: ScoreHistory) -> dict[int, float]:
    """The score from each day of a change on, the oldest known one included."""
    found = [*steps(history)]
    oldest = found[-1].before if found else sum(map(contribution, history.parts().values()))
    return {history.since: oldest / 100, **{step.day: step.after / 100 for step in reversed(found)}}


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(histories(), st.none() | st.integers(1, 20))
def test_read_back_it_tells_what_was_told_on_each_day(history, switch) -> None:
    start, events = history
    standing = Standing("c")
    told = told_by_day(standing, events, ordinal(start), switch)
    read = read_back(standing.scores)

    now = 0.0
    for day in sorted(told):
        now = read.get(day, now)
        assert now == told[day]
    assert read.keys() <= told.keys() | {0}


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(histories(), st.none() | st.integers(1, 20))
def test_the_moves_of_the_traits_add_up_to_each_change_exactly(history, switch) -> None:
    start, events = history
    standing = Standing("c")
    told_by_day(standing, events, ordinal(start), switch)

    for step in steps(standing.scores):
        assert sum(move.adds for move in step.moves) == step.after - step.before
        assert all(move.before != move.after for move in step.moves)
        assert step.moves


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(histories(), st.none() | st.integers(1, 20))
def test_stored_and_loaded_it_goes_on_as_if_nothing_had_been(history, switch) -> None:
    start, events = history
    straight, stored = Standing("c"), Standing("c")
    told_by_day(straight, events, ordinal(start), switch)
    by = FIRST
    for number, event in enumerate(events):
        if number == switch:
            by = SECOND
            stored.adopt(by, Cause("release"), 0, events[:number])
        stored.take(event, CAUSE, by, 0)
        document = orjson.loads(orjson.dumps(stored.scores.to_document()))
        stored.scores = ScoreHistory.from_document(document, stored.facts)
    while stored.due_day is not None and stored.due_day < ordinal(start) + 150:
        stored.close_day(stored.due_day, by)

    assert orjson.dumps(stored.scores.to_document()) == orjson.dumps(straight.scores.to_document())


def test_what_goes_up_and_down_within_a_day_leaves_nothing_behind() -> None:
    history = ScoreHistory()
    for day, points in ((1, 50), (2, 80), (2, 50)):
        history.note(day, {"advocacy": 100}, {"advocacy": points})

    assert [*steps(history)] == []


def test_a_day_is_told_as_it_closed() -> None:
    history = ScoreHistory()
    for day, points in ((1, 50), (2, 80), (2, 70)):
        history.note(day, {"advocacy": 100}, {"advocacy": points})

    (step,) = steps(history)
    assert (step.day, step.before, step.after) == (2, 5_000, 7_000)


def test_a_change_of_weights_is_told_like_any_other() -> None:
    history = ScoreHistory()
    history.note(1, {"advocacy": 40, "contribution": 60}, {"advocacy": 80, "contribution": 50})
    history.note(2, {"advocacy": 70, "steadfastness": 30}, {"advocacy": 80, "steadfastness": 10})

    (step,) = steps(history)
    assert {move.trait: move.adds for move in step.moves} == {
        "advocacy": 2_400, "contribution": -3_000, "steadfastness": 300,
    }  # fmt: skip
    assert (step.before, step.after) == (6_200, 5_900)


def test_the_oldest_days_are_forgotten_and_the_rest_still_adds_up() -> None:
    history = ScoreHistory()
    for day in range(1, KEPT_DAYS + 51):
        history.note(day, {"advocacy": 100}, {"advocacy": day % 100})

    found = [*steps(history)]
    assert len(found) == KEPT_DAYS
    assert (history.since, found[-1].day) == (50, 51)
    assert all(step.after == 100 * (step.day % 100) for step in found)


def test_who_has_no_history_yet_begins_one() -> None:
    standing = Standing("c")
    standing.scores = ScoreHistory.from_document(None, {})
    standing.take(purchase("2010-05-01T10:00:00Z"), CAUSE, FIRST, 0)

    assert standing.scores.since == ordinal("2010-05-01")
    assert [*steps(standing.scores)] == []
