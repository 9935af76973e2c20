"""`guanxi explain`, `replay-decision` and `customer`, on an installation that has lived for a while."""

from dataclasses import dataclass
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from services.__main__ import cli
from shared.store.collections import DECISIONS
from shared.store.port import Replacement
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import Shop, retail_events

SUPPOSED = ("score=99", "orders_365d=50", "net_spend_365d=90000 GBP", "coverage=90 percent")


@dataclass
class Told:
    shop: Shop
    decision: dict[str, Any]

    @property
    def customer(self) -> str:
        return str(self.decision["customer"])

    def run(self, *arguments: str) -> Result:
        environment = {"GUANXI_PARTITIONS": str(self.shop.partitions)}
        home = ["--home", str(self.shop.directory)]
        return CliRunner().invoke(cli, [*arguments, *home], env=environment)

    def json(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.exit_code == 0, done.output
        return orjson.loads(done.output)


@pytest.fixture(scope="module")
def told(new_shop: NewShop) -> Told:
    shop = new_shop()
    shop.publish(retail_events(1_500))
    shop.work()
    decision = next(each for each in shop.everything(DECISIONS) if each["outcome"] == "fired")
    return Told(shop, decision)


def test_a_decision_is_explained_with_what_would_have_made_it_otherwise(told: Told) -> None:
    measured = next(
        each
        for each in told.shop.everything(DECISIONS)
        if any(leaf["fact"] == "net_spend_365d" and leaf["outcome"] for leaf in each["leaves"])
        and len(each["leaves"]) == 1
    )
    english = told.run("explain", measured["_id"])
    chinese = told.run("explain", measured["_id"], "--language", "zh")
    assert "Otherwise with any one of" in english.output
    assert "任一条件如下则结果不同" in chinese.output


def test_a_decision_is_made_again_identically(told: Told) -> None:
    assert "byte for byte" in told.run("replay-decision", told.decision["_id"]).output
    assert told.json("replay-decision", told.decision["_id"])["result"] == "identical"
    assert "逐字节相同" in told.run("replay-decision", told.decision["_id"], "--language", "zh").output


def test_a_decision_that_was_changed_ends_with_1_and_shows_where(told: Told) -> None:
    decisions, name = told.shop.collection(DECISIONS), told.decision["_id"]
    version = decisions.get_many([name])[name].version
    decisions.replace([Replacement({**told.decision, "tier_change": "none>gold"}, version)])
    done = told.run("replay-decision", name)
    decisions.replace([Replacement(told.decision, version + 1)])
    assert done.exit_code == 1
    assert "/tier_change" in done.output
    assert "none>gold" in done.output


def test_why_a_rule_does_not_act_is_told_in_both_languages(told: Told) -> None:
    english = told.run("explain", told.customer, "--why-not", "promote-core")
    assert english.exit_code == 0, english.output
    assert "In its way" in english.output
    chinese = told.run("explain", told.customer, "--why-not", "promote-core", "--language", "zh")
    assert "条件不成立" in chinese.output
    assert told.json("explain", told.customer, "--why-not", "promote-core")["rule"] == "promote-core"


def test_what_would_come_if_is_told_in_both_languages(told: Told) -> None:
    wishes = [word for text in SUPPOSED for word in ("--what-if", text)]
    done = told.run("explain", told.customer, *wishes, "--days", "2")
    assert done.exit_code == 0, done.output
    assert "Becomes a core customer" in done.output
    assert "假设" in told.run("explain", told.customer, *wishes, "--language", "zh").output
    answer = told.json("explain", told.customer, *wishes, "--days", "2")
    assert answer["tier"] == {"now": "none", "without": "none", "supposed": "core"}


def test_a_metric_that_is_supposed_moves_the_score_with_it(told: Told) -> None:
    answer = told.json("explain", told.customer, "--what-if", "net_spend_365d=90000 GBP")
    changed = {change["fact"] for change in answer["changes"]}
    assert {"net_spend_365d", "buying_power", "score"} <= changed


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (("--why-not", "promote-cor"), "promote-core"),
        (("--what-if", "scor=5"), "score"),
        (("--what-if", "net_spend_365d=5"), "has no unit"),
        (("--what-if", "orders_365d=many"), "is not a number"),
    ],
)
def test_what_is_misspelt_is_told_with_what_may_be_meant(
    told: Told, arguments: tuple[str, str], hint: str
) -> None:
    done = told.run("explain", told.customer, *arguments)
    assert done.exit_code != 0
    assert hint in str(done.exception) + done.output


@pytest.mark.parametrize("command", [("explain",), ("customer",), ("replay-decision",)])
def test_who_is_not_known_ends_with_1(told: Told, command: tuple[str, ...]) -> None:
    done = told.run(*command, "nobody")
    assert done.exit_code == 1
    assert "nobody" in done.output


def test_a_customer_stands_on_one_page_in_both_languages(told: Told) -> None:
    english, chinese = (told.run("customer", told.customer, "--language", each) for each in ("en", "zh"))
    for title in ("Profile", "Metrics", "Score", "What would change the tier", "Timeline"):
        assert (title in english.output) is (title != "Profile")
    for title in ("指标", "总分", "等级变化的条件", "时间线"):
        assert title in chinese.output
    page = told.json("customer", told.customer)
    assert page["customer"] == told.customer
    assert page["timeline"]
