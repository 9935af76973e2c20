"""Random bundles and random lives, for properties that must hold of every policy."""

from dataclasses import dataclass

from hypothesis import strategies as st

from shared.contracts.snapshot import Anchor
from shared.model.conditions import Condition, Side
from shared.model.rules import Action, ActionKind, Budget, Repeat, RolloutMode, RuleDef, WhenMissing
from shared.model.values import FactValue
from tests.unit.evaluation.building import (
    MONDAY,
    Life,
    add_to,
    all_,
    any_,
    at_least,
    change_tier,
    changed,
    create_task,
    grant,
    is_,
    known,
    less_than,
    more_than,
    none_,
    notify,
    raise_alert,
    remove_from,
    revoke,
    rule,
    set_,
    table,
    within,
)

DAYS = 45


@dataclass(frozen=True)
class Happening:
    """An event on *day*: facts it brings, and the day a purchase count starts from."""

    day: int
    facts: dict[str, FactValue]
    bought: int | None
    rhythm: int


_leaves = st.one_of(
    st.builds(at_least, st.just("score"), st.sampled_from([20, 50, 70])),
    st.builds(less_than, st.just("score"), st.sampled_from([20, 50, 70])),
    st.builds(at_least, st.just("days_since_purchase"), st.sampled_from([0, 3, 7.5, 15])),
    st.builds(less_than, st.just("silence"), st.sampled_from([0.33, 1, 2.5])),
    st.builds(at_least, st.just("silence"), st.sampled_from([0.33, 1, 2.5])),
    st.builds(
        at_least, st.sampled_from(["days_in_tier", "customer_since_days"]), st.sampled_from([0, 0, 4, 11])
    ),
    st.builds(is_, st.just("tier"), st.sampled_from(["none", "core", "gold"])),
    st.builds(is_, st.just("groups"), st.sampled_from(["vip"])),
    st.builds(is_, st.just("entitlements"), st.sampled_from(["fast_lane", "free_tea"])),
    st.builds(is_, st.sampled_from(["importance", "danger"]), st.sampled_from(["high", "low"])),
    st.builds(is_, st.just("stage"), st.sampled_from(["new", "stable", "lost"])),
    st.builds(more_than, st.just("days_since_purchase"), st.sampled_from([0, 7, 15])),
    st.builds(is_, st.just("days_since_purchase"), st.sampled_from([3, 9])),
    st.builds(known, st.sampled_from(["region", "importance"])),
    st.builds(changed, st.sampled_from(["stage", "importance", "tier", "region", "score"])),
    st.builds(within, st.sampled_from(["birthday", "sale"]), st.sampled_from([0, 3]), st.sampled_from(Side)),
)
_conditions: st.SearchStrategy[Condition] = st.one_of(
    _leaves,
    st.builds(all_, _leaves, _leaves),
    st.builds(any_, _leaves, _leaves),
    st.builds(all_, _leaves, st.builds(none_, _leaves)),
)
_importance = table(("stage", "danger"), ("lost", None, "low"), (None, "high", "high"), otherwise="low")
_periods = table(("importance", "days_since_purchase"), ("high", None, 3), (None, 9, 2), otherwise=6)
_actions: st.SearchStrategy[Action] = st.one_of(
    st.builds(change_tier, st.sampled_from(["none", "core", "gold"]), st.sampled_from([0, 9, 15])),
    st.builds(set_, st.sampled_from(["importance", "danger"]), st.sampled_from(["high", "low"])),
    st.builds(set_, st.just("stage"), st.sampled_from(["new", "stable", "lost"])),
    st.builds(change_tier, st.sampled_from(["none", "core", "gold"]), st.sampled_from([0, 9, 15])),
    st.just(set_("importance", _importance)),
    st.builds(grant, st.sampled_from(["free_tea", "fast_lane"])),
    st.builds(revoke, st.sampled_from(["free_tea", "fast_lane"])),
    st.just(add_to("vip")),
    st.just(remove_from("vip")),
    st.just(raise_alert()),
    st.just(create_task()),
    st.just(notify()),
)
_repeats = st.sampled_from(
    [
        None,
        None,
        Repeat(1),
        Repeat(5),
        Repeat(5, later=True),
        Repeat(table=_periods),
        Repeat(table=_periods, later=True),
    ]
)


def _subject(action: Action) -> tuple[ActionKind, object]:
    """A rule does not order two things of the same kind about the same fact."""
    return action.kind, action.fields.get("fact")


@st.composite
def _rules(draw: st.DrawFn, name: str) -> RuleDef:
    rare = st.sampled_from([True, False, False, False])
    return rule(
        name,
        draw(_conditions),
        *draw(st.lists(_actions, min_size=1, max_size=2, unique_by=_subject)),
        for_days=draw(st.sampled_from([0, 0, 1, 6])),
        when_missing=draw(st.sampled_from(WhenMissing)),
        priority=draw(st.integers(0, 3)),
        conflict_group=draw(st.sampled_from([None, None, "a"])),
        effective_from=MONDAY + 8 if draw(rare) else None,
        effective_until=MONDAY + 30 if draw(rare) else None,
        rollout=RolloutMode.SHADOW if draw(rare) else RolloutMode.LIVE,
        holdout_percent=50 if draw(rare) else 0,
        budget=Budget(1) if draw(rare) else None,
        clear_when=draw(_conditions) if draw(rare) else None,
        keep_for_days=draw(st.sampled_from([0, 0, 4])),
        repeat=draw(_repeats),
        cool_down_days=draw(st.sampled_from([0, 0, 7])),
        max_per=(2, 12) if draw(rare) else None,
    )


@st.composite
def policies(draw: st.DrawFn) -> tuple[tuple[RuleDef, ...], ...]:
    """One to three policies of one to four rules."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=3))
    return tuple(
        tuple(draw(_rules(f"r{policy}-{number}")) for number in range(size))
        for policy, size in enumerate(sizes)
    )


_facts = st.fixed_dictionaries(
    {},
    optional={
        "score": st.sampled_from([None, 10, 20, 49.5, 50, 70, 90]),
        "region": st.sampled_from([None, "north", "south"]),
        "birthday": st.sampled_from([None, "08-20", "09-10", "02-29"]),
    },
)
_happenings = st.builds(
    Happening,
    st.integers(0, DAYS - 1),
    _facts,
    st.one_of(st.none(), st.integers(-20, 0)),
    st.integers(1, 9),
)


@st.composite
def happenings(draw: st.DrawFn) -> list[Happening]:
    """A life's events in order; the first on day 0."""
    rest = draw(st.lists(_happenings, max_size=6))
    first = draw(_happenings)
    return sorted([Happening(0, first.facts, first.bought, first.rhythm), *rest], key=lambda each: each.day)


def happen(li: Life, happening: Happening) -> None:
    """Let the event happen to *li*."""
    anchors = {}
    if happening.bought is not None:
        since = MONDAY + happening.day + happening.bought
        anchors = {"days_since_purchase": Anchor(since), "silence": Anchor(since, 1, happening.rhythm)}
    li.event(happening.day, anchors, **happening.facts)
