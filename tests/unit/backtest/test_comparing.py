"""What a comparison of two releases tells: who moves, by whose change, and nothing when nothing differs."""

from collections.abc import Iterator

import pytest

from shared.backtest.course import CustomerLog
from shared.backtest.report import Json, digest, written
from shared.backtest.sides import sides
from shared.contracts.decision import DecisionRecord
from shared.policy.engine.registry import engine_named
from shared.quick_dataclass import replace
from tests.unit.backtest.trying import CARE, MEMBERSHIP, METRICS, Sales, bar, release, sales, tried

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def lowered() -> Json:
    """The bar for members is two points lower."""
    return tried(release(MEMBERSHIP, bar(61)))


def test_a_release_compared_with_itself_differs_in_nothing() -> None:
    report = tried(release())
    assert (report["moved"], report["impact_percent"], report["rules"], report["samples"]) == (0, 0, [], [])
    assert all(row["base"] == row["candidate"] for row in report["actions"])
    assert report["passed"]


def test_words_and_owners_decide_nothing() -> None:
    report = tried(release(MEMBERSHIP, ("title: {en: Becomes a core customer", "title: {en: Comes in")))
    assert (report["moved"], report["rules"]) == (0, [])


def test_a_lower_bar_gains_members_or_has_them_earlier_and_takes_none_away(lowered: Json) -> None:
    tiers = lowered["tiers"]
    assert tiers["gained"]
    assert tiers["lost"] == tiers["later"] == []
    for move in tiers["earlier"]:
        assert move["candidate_day"] < move["base_day"]
        assert move["days"] < 0
    assert {move["blame"] for move in [*tiers["gained"], *tiers["earlier"]]} == {"promote-core"}


def test_the_tiers_at_the_end_add_up_to_all_customers(lowered: Json) -> None:
    rows = lowered["tiers"]["at_the_end"]
    assert sum(row["customers"] for row in rows) == lowered["window"]["customers"] == len([*sales().logs()])


def test_what_follows_from_a_change_is_laid_at_its_door_not_at_the_rule_that_only_followed(
    lowered: Json,
) -> None:
    rules = {row["rule"]: row for row in lowered["rules"]}
    assert rules["promote-core"]["change"] == "edited"
    followed = rules["care-welcome"]
    assert (followed["change"], followed["blamed"]) == ("none", 0)
    assert followed["candidate_only"] > 0
    assert {name for name, row in rules.items() if row["blamed"]} == {"promote-core"}


def test_a_sample_tells_why_here_and_why_not_there(lowered: Json) -> None:
    sample = next(each for each in lowered["samples"] if each["change"] == "gained")
    assert sample["candidate"]["outcome"] == "decided"
    assert "score" in sample["candidate"]["reason"]["en"]
    (missing,) = sample["base"]["missing"]
    assert (sample["base"]["outcome"], missing["fact"], missing["threshold"]) == ("not", "score", 63)
    assert 61 <= missing["value"] < 63


def test_a_metric_measured_otherwise_is_blamed_itself() -> None:
    text = "orders_365d:\n    count: [purchase]\n    window: 365 days"
    report = tried(release(METRICS, (text, text.replace("365 days", "20 days"))))
    assert "orders_365d" in report["changed_facts"]
    assert report["tiers"]["lost"]
    assert {move["blame"] for move in report["tiers"]["lost"]} == {"fact orders_365d"}


def test_a_rule_taken_away_is_told_as_removed_and_has_no_more_say() -> None:
    report = tried(
        release(
            MEMBERSHIP, ("    cool_down: 30 days\n", "    cool_down: 30 days\n    rollout: {mode: shadow}\n")
        )
    )
    (row,) = [row for row in report["rules"] if row["change"] != "none"]
    assert (row["rule"], row["change"]) == ("warn-before-demotion", "edited")
    assert report["moved"] == 0


def test_before_the_day_on_which_the_candidate_takes_over_nothing_differs() -> None:
    from_day = sales().last_day - 20
    whole, late = (tried(release(MEMBERSHIP, bar(61)), from_day=day) for day in (0, from_day))
    moves = [move for change in ("gained", "earlier", "otherwise") for move in late["tiers"][change]]
    days = [move["candidate_day"] for move in moves if move["candidate_day"]]
    assert days
    assert min(days) >= late["window"]["from"] > whole["window"]["from"]


class Reversed(Sales):
    """The same customers in another order."""

    def logs(self) -> Iterator[CustomerLog]:
        return iter([*super().logs()][::-1])


def test_neither_the_order_of_customers_nor_the_number_of_processes_changes_a_byte(lowered: Json) -> None:
    candidate = release(MEMBERSHIP, bar(61))
    assert written(tried(candidate, history=Reversed())) == written(lowered)
    assert written(tried(candidate, processes=2)) == written(lowered)


def test_the_digest_is_of_all_that_the_report_says(lowered: Json) -> None:
    assert digest(lowered) == lowered["digest"]
    assert digest({**lowered, "moved": lowered["moved"] + 1}) != lowered["digest"]


def test_a_budget_that_nobody_fills_changes_nothing_and_a_narrow_one_lets_so_many_through_a_day() -> None:
    rule = '    because: {en: "score {score}, {orders_365d} orders and {net_spend_365d} in a year"'
    wide, narrow = (
        release(MEMBERSHIP, (rule, f"    budget: {{max_per_day: {most}}}\n{rule}")) for most in (1_000, 1)
    )
    assert tried(wide)["moved"] == 0
    report = tried(narrow)
    assert report["tiers"]["later"]
    joined = [day for day in report["tiers"]["at_the_end"] if day["candidate"] == "core"]
    assert joined
    held = {sample["candidate"]["outcome"] for sample in report["samples"] if sample["change"] == "later"}
    assert "held" in held


def test_costs_are_counted_by_item_before_kind() -> None:
    priced = release("policy.yaml", ("  create_task: 4 GBP", "  create_task: 5 GBP\n  welcome-call: 100 GBP"))
    rows = {row["name"]: row for row in tried(priced)["actions"] if row["kind"] == "create_task"}
    assert rows["welcome-call"]["candidate_cost"] == rows["welcome-call"]["candidate"] * 10_000
    assert rows["contact"]["candidate_cost"] == rows["contact"]["candidate"] * 500


def test_a_gate_stops_what_goes_beyond_it_and_an_edit_cannot_widen_its_own_gate() -> None:
    narrow = release("policy.yaml", ("max_share_moved: 10 percent", "max_share_moved: 0 percent"))
    report = tried(release(MEMBERSHIP, bar(61)), narrow)
    failed = [gate["gate"] for gate in report["gates"] if not gate["passed"]]
    assert (report["passed"], failed) == (False, ["max_share_moved"])


def test_care_asked_for_more_often_shows_in_the_tasks_of_every_day() -> None:
    report = tried(release(CARE, ("- [important, low, 60 days]", "- [important, low, 5 days]")))
    tasks = [sum(day["tasks"][side] for day in report["days"]) for side in (0, 1)]
    assert tasks[1] > tasks[0]
    contact = next(row for row in report["actions"] if row["name"] == "contact")
    assert contact["candidate"] - contact["base"] == tasks[1] - tasks[0]


def test_what_terse_records_leave_out_decides_nothing() -> None:
    candidate = release(MEMBERSHIP, bar(61))
    engine = engine_named("python")
    terse, full = (sides(release(), candidate, engine, terse=terse) for terse in (True, False))
    for log in sales().logs():
        for name in ("base", "candidate"):
            short, whole = (getattr(each, name).customer(log, sales().courses[0]) for each in (terse, full))
            assert [_told(each) for each in short.decisions] == [_told(each) for each in whole.decisions]
            assert short.case.relationship == whole.case.relationship


def _told(decision: DecisionRecord) -> DecisionRecord:
    return replace(decision, leaves=(), reason={}, score_lines=())
