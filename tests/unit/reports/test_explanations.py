"""Decisions and customers are explained from what is stored, in words people know."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.contracts.cloudevents import CloudEvent
from shared.contracts.codecs import decision_to_document, snapshot_to_data
from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Cause, Snapshot
from shared.customer.apply import apply
from shared.customer.assess import CustomerModel, assess
from shared.model.rules import Bundle
from shared.policy.engine.reference import ReferenceEngine
from shared.policy.evaluation.admissions import MemoryAdmissions
from shared.policy.evaluation.evaluate import evaluate
from shared.policy.evaluation.moment import Moment
from shared.policy.evaluation.program import Program
from shared.policy.evaluation.relationship import Relationship
from shared.policy.release import build, load_directory
from shared.reports.customer_sheets import HIDDEN, CustomerFile, customer_sheets
from shared.reports.decision_sheets import decision_sheets
from shared.reports.sheet import Sheet

RULES = Path(__file__).parents[2] / "flow" / "cli" / "rules"
DAYS = ("2010-01-04", "2010-02-01", "2010-03-01")


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    result = build(load_directory(RULES))
    assert result.bundle is not None, result.problems
    return result.bundle


@pytest.fixture(scope="module")
def life(bundle: Bundle) -> tuple[CustomerFile, list[DecisionRecord]]:
    """A customer who buys three times for 1200 GBP and so becomes a core customer."""
    model = CustomerModel.compile(bundle.catalogue)
    state = model.measures.new_customer()
    relationship, program, made = Relationship(), Program.compile(bundle, ReferenceEngine()), []
    for number, event in enumerate(purchases()):
        apply(event, state, model.measures)
        found = assess(state, model, state.day)
        snapshot = Snapshot(
            customer="li", sequence=number + 1, as_of=state.as_of, day=state.day,
            cause=Cause("event", event.id, event.type, event.source), release=bundle.digest,
            facts=found.facts, anchors=found.anchors,
        )  # fmt: skip
        made += evaluate(relationship, snapshot, Moment.of(snapshot), program, MemoryAdmissions()).decisions
    customer = {"_id": "li", "state": state.to_document(), "facts": dict(found.facts)}
    stored = {
        "_id": "li", "relationship": relationship.to_document(), "snapshot": snapshot_to_data(snapshot),
    }  # fmt: skip
    return CustomerFile(customer, stored, [], [decision_to_document(each) for each in made]), made


def purchases() -> Iterator[CloudEvent]:
    for number, day in enumerate(DAYS):
        yield CloudEvent(f"o{number}", "shop", "purchase", "li", f"{day}T10:00:00Z", {"amount": 120000})


def text_of(sheets: list[Sheet], title: str) -> list[str]:
    (sheet,) = [each for each in sheets if each.title.startswith(title)]
    return [" | ".join(row) for row in sheet.rows] + [sheet.note]


def test_a_decision_tells_every_condition_with_value_threshold_and_margin(
    life: tuple[CustomerFile, list[DecisionRecord]], bundle: Bundle
) -> None:
    (promoted,) = [each for each in life[1] if each.tier_change]

    conditions = text_of(decision_sheets(promoted, bundle, "en"), "Conditions")

    assert "yes | Orders in a year | 3 | at least 3 | +0" in conditions
    assert any(line.startswith("yes | Score | ") and "at least 70" in line for line in conditions)


def test_the_parts_of_a_score_add_up_to_it_and_name_their_metric(
    life: tuple[CustomerFile, list[DecisionRecord]], bundle: Bundle
) -> None:
    (promoted,) = [each for each in life[1] if each.tier_change]

    *lines, note = text_of(decision_sheets(promoted, bundle, "en"), "Score")

    added = sum(float(line.split(" | ")[3]) for line in lines)
    assert note == f"sum {added:.2f} = score {promoted.facts['score']:.2f}"
    assert any("Net spend in a year 3600.00 GBP → 100" in line for line in lines)


def test_reasons_stand_in_every_language_and_alone_in_chinese(
    life: tuple[CustomerFile, list[DecisionRecord]], bundle: Bundle
) -> None:
    (promoted,) = [each for each in life[1] if each.tier_change]

    english = "\n".join(text_of(decision_sheets(promoted, bundle, "en"), "Decision"))
    chinese = "\n".join(text_of(decision_sheets(promoted, bundle, "zh"), "Decision"))

    for said in ("一年下单 3 次", "升为核心客户"):
        assert said in english
        assert said in chinese
    assert "3 orders in a year" in english
    assert "3 orders in a year" not in chinese


def test_a_decision_held_back_says_by_what(
    life: tuple[CustomerFile, list[DecisionRecord]], bundle: Bundle
) -> None:
    held = replace(life[1][0], outcome="blocked", held_by="keep_at_least", agreed=False)

    heading = text_of(decision_sheets(held, bundle, "en"), "Decision")

    assert "outcome | blocked, held by keep_at_least; the engines did not agree" in heading


def test_a_rule_that_the_release_no_longer_knows_stands_for_itself(
    life: tuple[CustomerFile, list[DecisionRecord]], bundle: Bundle
) -> None:
    gone = replace(life[1][0], rule="long-gone")

    assert any(
        "long-gone (long-gone)" in line for line in text_of(decision_sheets(gone, bundle, "en"), "Decision")
    )


def test_a_customer_stands_on_one_page(
    life: tuple[CustomerFile, list[DecisionRecord]], bundle: Bundle
) -> None:
    file = life[0]

    sheets = customer_sheets(file, bundle, "en", today=file.customer["state"]["day"] + 10)

    assert text_of(sheets, "Customer li")[0].startswith("tier | Core customer, since 2010-03-01")
    assert "Days since the last purchase | 10 | days_since_purchase" in text_of(sheets, "Metrics")
    assert any("About to leave | Days since the last purchase | 10 | at least 90" in line
               for line in text_of(sheets, "Near misses"))  # fmt: skip
    assert any("promote-core" in line for line in text_of(sheets, "Recent decisions"))


def test_a_customer_whom_the_rules_have_not_seen_is_shown_as_scored(
    life: tuple[CustomerFile, list[DecisionRecord]], bundle: Bundle
) -> None:
    sheets = customer_sheets(replace(life[0], relationship=None), bundle, "en", today=1)

    assert "Orders in a year | 3 | orders_365d" in text_of(sheets, "Metrics")


def test_personal_fields_show_only_when_asked_for(
    life: tuple[CustomerFile, list[DecisionRecord]], bundle: Bundle
) -> None:
    personal = {**bundle.facts, "orders_365d": replace(bundle.facts["orders_365d"], personal=True)}
    secretive, file = replace(bundle, facts=personal), life[0]

    hidden = customer_sheets(file, secretive, "en", today=1)
    shown = customer_sheets(file, secretive, "en", today=1, shows_personal=True)

    assert f"Orders in a year | {HIDDEN} | orders_365d" in text_of(hidden, "Metrics")
    assert "Orders in a year | 3 | orders_365d" in text_of(shown, "Metrics")
