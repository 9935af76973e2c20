"""What files lack and what grew old in them: as recounted from the raw list of events, in any order."""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.contracts.snapshot import Cause
from shared.customer.apply import apply
from shared.customer.assess import CustomerModel, assess
from shared.customer.file import MISSING, MISSING_COUNT, STALE, STALE_COUNT, file_fields
from shared.customer.local_time import LocalTime
from shared.customer.standing import Standing
from shared.customer.state import CustomerState
from shared.customer.yardstick import Yardstick
from shared.model.catalogue import Catalogue, EventType, FieldDef, Tier
from shared.model.values import Kind
from tests.unit.customer.catalogues import TITLE, ordinal
from tests.unit.customer.histories import STARTS, ZONES, Happening, happening, lived, rfc3339

ASKED: dict[str, tuple[bool, int | None]] = {
    "phone": (True, 20),
    "owner": (True, 45),
    "rating": (False, 1),
    "birthday": (True, None),
    "name": (False, None),
}
"""By field, whether every file should have it and after how many days it goes stale."""


def catalogue(timezone: str = "UTC", asked=ASKED, *, confirms: bool = True) -> Catalogue:
    fields = {
        name: FieldDef(name, Kind.TEXT, TITLE, wanted=wanted, stale_after_days=after)
        for name, (wanted, after) in asked.items()
    }
    by = {"fields": FieldDef("fields", Kind.TEXTS, TITLE)}
    events = (
        EventType("customer.updated", TITLE, fields, sets_profile=True),
        EventType("file.confirmed", TITLE, by, confirms_profile=confirms),
        EventType("purchase", TITLE, {}),
    )
    return Catalogue(
        {each.name: each for each in events}, {}, {}, (Tier("none", TITLE, 0),), timezone=timezone
    )


def model(*arguments: Any, **more: Any) -> CustomerModel:
    return CustomerModel.compile(catalogue(*arguments, **more))


_NAMES = st.sampled_from(sorted(ASKED))
_DATA = {
    "customer.updated": st.dictionaries(_NAMES, st.sampled_from(["a", "b", None]), max_size=3),
    "file.confirmed": st.one_of(
        st.just({}),
        st.fixed_dictionaries({"fields": st.lists(_NAMES, max_size=3)}),
        st.just({"fields": None}),
    ),
    "purchase": st.just({}),
}


@st.composite
def files(draw: st.DrawFn, days: int = 90) -> tuple[str, str, list[Happening]]:
    """A time zone, a start, and the events after it, in no order; times collide on purpose."""
    start = draw(st.sampled_from(STARTS))
    minutes = st.one_of(st.integers(0, days * 24 * 60), st.integers(0, days * 2).map(lambda half: half * 720))
    kinds = ["customer.updated"] * 4 + ["file.confirmed"] * 2 + ["purchase"]
    events = []
    for number in range(draw(st.integers(0, 14))):
        kind = draw(st.sampled_from(kinds))
        source = draw(st.sampled_from(["crm", "desk"]))
        events.append(
            Happening(f"{number:02}", source, kind, rfc3339(start, draw(minutes)), draw(_DATA[kind]))
        )
    return draw(st.sampled_from(ZONES)), start, events


def recounted(zone: str, events: list[Happening], day: int) -> dict[str, Any]:
    """The facts of a file by reading its events one by one in the order of their times: slow and obvious."""

    def instant(event: Happening) -> datetime:
        return datetime.fromisoformat(event.time.replace("Z", "+00:00"))

    checked: dict[str, int] = {}
    for event in sorted(events, key=lambda each: (instant(each), each.source, each.id)):
        on = instant(event).astimezone(ZoneInfo(zone)).date().toordinal()
        if event.type == "customer.updated":
            for name, value in event.data.items():
                checked.pop(name, None)
                if value is not None:
                    checked[name] = on
        elif event.type == "file.confirmed":
            named = event.data.get("fields")
            checked.update(dict.fromkeys(checked.keys() & set(checked if named is None else named), on))
    missing = tuple(name for name, (wanted, _) in ASKED.items() if wanted and name not in checked)
    stale = tuple(
        name
        for name, (_, after) in ASKED.items()
        if after is not None and name in checked and day - checked[name] > after
    )
    return {MISSING_COUNT: len(missing), MISSING: missing, STALE_COUNT: len(stale), STALE: stale}


def upkeep(facts: Any) -> dict[str, Any]:
    return {name: facts[name] for name in (MISSING_COUNT, MISSING, STALE_COUNT, STALE)}


@settings(max_examples=150, deadline=None)
@given(files(), st.integers(0, 60), st.randoms(use_true_random=False))
def test_files_stand_as_recounted_from_their_events_in_any_order(history, offset, order) -> None:
    zone, start, events = history
    compiled, day = model(zone), ordinal(start) + 92 + offset
    shuffled = list(events)
    order.shuffle(shuffled)

    told = assess(lived(compiled, shuffled), compiled, day)

    assert upkeep(told.facts) == recounted(zone, events, day)
    in_order = lived(compiled, events)
    assert in_order.confirmed == lived(compiled, shuffled).confirmed


@settings(max_examples=60, deadline=None)
@given(files(days=40))
def test_between_due_days_no_file_changes_by_itself(history) -> None:
    zone, start, events = history
    compiled = model(zone)
    state = lived(compiled, events)
    first = ordinal(start) + 42
    seen = assess(state, compiled, first)

    for day in range(first + 1, first + 60):
        today = assess(lived(compiled, events), compiled, day)
        if day == seen.next_due:
            assert upkeep(today.facts) != upkeep(seen.facts)
            seen = today
            continue
        assert (upkeep(today.facts), today.next_due) == (upkeep(seen.facts), seen.next_due)
        assert assess(state, compiled, day).facts == today.facts


@settings(max_examples=40, deadline=None)
@given(files())
def test_a_file_stored_after_every_event_is_the_same(history) -> None:
    zone, start, events = history
    compiled = model(zone)
    state = compiled.measures.new_customer()
    for event in events:
        apply(event, state, compiled.measures)
        assess(state, compiled, ordinal(start) + 100)
        state = CustomerState.from_document(orjson.loads(orjson.dumps(state.to_document())))

    assert state == lived(compiled, events)
    day = ordinal(start) + 120
    assert upkeep(assess(state, compiled, day).facts) == recounted(zone, events, day)


def yardstick(digest: str, *arguments: Any, **more: Any) -> Yardstick:
    return Yardstick(digest, model(*arguments, **more), LocalTime("UTC"))


def told(name: str, day: str, **data: Any) -> Happening:
    return happening(name, f"{day}T10:00:00Z", **data)


def taken(standing: Standing, event: Happening, by: Yardstick) -> dict[str, Any]:
    snapshots = standing.take(event, Cause("event", event.id, event.type, event.source), by, 0)
    return upkeep(snapshots[-1].facts)


def test_a_field_goes_stale_at_the_close_of_a_day_without_any_event() -> None:
    by, standing = yardstick("r1"), Standing("li")
    taken(standing, told("customer.updated", "2010-05-01", phone="1"), by)

    due = standing.due_day
    assert due == ordinal("2010-05-22")  # more than twenty days later
    assert due is not None
    (snapshot,) = standing.close_day(due, by)
    assert (snapshot.facts[STALE], snapshot.cause.kind) == (("phone",), "day")
    assert standing.close_day(due + 1, by) == []


def test_a_late_confirmation_counts_from_its_own_day() -> None:
    by, standing = yardstick("r1"), Standing("li")
    taken(standing, told("customer.updated", "2010-05-01", phone="1"), by)
    assert taken(standing, told("purchase", "2010-05-22"), by)[STALE] == ("phone",)

    assert taken(standing, told("file.confirmed", "2010-05-10"), by)[STALE] == ()
    assert standing.due_day == ordinal("2010-05-31")


def test_a_confirmation_from_before_a_field_was_told_does_not_age_it() -> None:
    by, standing = yardstick("r1"), Standing("li")
    taken(standing, told("file.confirmed", "2010-04-01"), by)
    taken(standing, told("customer.updated", "2010-05-01", phone="1"), by)

    assert standing.due_day == ordinal("2010-05-22")


def test_naming_fields_confirms_these_alone() -> None:
    by, standing = yardstick("r1"), Standing("li")
    taken(standing, told("customer.updated", "2010-05-01", phone="1", owner="ann"), by)
    taken(standing, told("file.confirmed", "2010-06-20", fields=["phone"]), by)

    assert taken(standing, told("purchase", "2010-06-21"), by)[STALE] == ("owner",)


def test_an_empty_list_confirms_nothing() -> None:
    by, standing = yardstick("r1"), Standing("li")
    taken(standing, told("customer.updated", "2010-05-01", phone="1"), by)

    assert taken(standing, told("file.confirmed", "2010-06-20", fields=[]), by)[STALE] == ("phone",)


def test_a_field_that_becomes_unknown_is_missing_and_no_longer_stale() -> None:
    by, standing = yardstick("r1"), Standing("li")
    taken(standing, told("customer.updated", "2010-05-01", phone="1"), by)
    assert taken(standing, told("purchase", "2010-06-20"), by)[STALE] == ("phone",)

    found = taken(standing, told("customer.updated", "2010-06-21", phone=None), by)
    assert (found[STALE], found[MISSING]) == ((), ("phone", "owner", "birthday"))


def test_a_release_with_another_term_judges_the_same_file_anew() -> None:
    first, standing = yardstick("r1"), Standing("li")
    taken(standing, told("customer.updated", "2010-05-01", phone="1"), first)
    taken(standing, told("purchase", "2010-05-10"), first)
    stricter = yardstick("r2", "UTC", {**ASKED, "phone": (True, 5)})

    snapshot = standing.adopt(stricter, Cause("release"), 0, ())

    assert snapshot.facts[STALE] == ("phone",)
    assert stricter.model.measures.definition == first.model.measures.definition


def test_who_was_stored_before_confirmations_counted_is_counted_again_from_history() -> None:
    before, after = yardstick("r1", confirms=False), yardstick("r2")
    events = [
        told("customer.updated", "2010-05-01", phone="1"),
        told("file.confirmed", "2010-05-20"),
        told("purchase", "2010-05-25"),
    ]
    standing = Standing("li")
    for event in events:
        taken(standing, event, before)
    document = standing.state.to_document() if standing.state else {}
    del document["confirmed"]  # as earlier versions wrote it
    standing.state = CustomerState.from_document(document)
    assert standing.facts[STALE] == ("phone",)

    snapshot = standing.adopt(after, Cause("release"), 0, events)

    assert snapshot.facts[STALE] == ()
    assert standing.due_day == date(2010, 6, 10).toordinal()


def test_a_catalogue_that_asks_nothing_of_files_tells_nothing_of_them() -> None:
    silent = model("UTC", dict.fromkeys(ASKED, (False, None)))
    facts = assess(lived(silent, [told("customer.updated", "2010-05-01", phone="1")]), silent, 734_000).facts

    assert set(facts) == {"phone"}


@pytest.mark.parametrize(("one", "other", "asked"), [(30, 10, 10), (None, 10, 10), (30, None, 30)])
def test_where_two_events_set_a_field_the_shorter_term_counts(one, other, asked) -> None:
    events = [
        EventType(name, TITLE, {"phone": FieldDef("phone", Kind.TEXT, TITLE, stale_after_days=after)}, True)
        for name, after in (("one", one), ("other", other))
    ]

    assert [each.stale_after_days for each in file_fields(events)] == [asked]
