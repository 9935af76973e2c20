"""Guanxi in the loop: what it orders is worked, told and answered; two runs are the same, byte for byte."""

import gzip
from collections import Counter

import orjson
import pytest

from tests.flow.company.conftest import Company, Run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SMALL = {"customers": 60, "days": 110, "every": 7, "care_effect": 4.0, "seed": 5}


@pytest.fixture(scope="module")
def company(run_company: Run) -> Company:
    return run_company(**SMALL)


def test_two_runs_send_the_same_events_and_lead_to_the_same_decisions(
    company: Company, run_company: Run
) -> None:
    other = run_company(**SMALL)

    for name in ("company.jsonl.gz", "company.care.jsonl", "company.truth.jsonl"):
        assert (company.home / name).read_bytes() == (other.home / name).read_bytes()
    for name in ("decisions", "relationships", "tasks"):
        exported = company.guanxi("export", name, "--projection")
        assert exported
        assert exported == other.guanxi("export", name, "--projection")
    assert company.told["months"] == other.told["months"]


def test_what_was_ordered_is_worked_and_its_outcome_is_told(company: Company) -> None:
    worked = {each["task"]: each["outcome"] for each in company.care()}
    tasks = orjson.loads(company.guanxi("tasks", "list", "--status", "any", "--limit", "10000", "--json"))
    closed = {task["id"]: task["status"] for task in tasks if task["status"] != "open"}

    assert set(worked) >= set(closed)
    assert all(worked[task] == status for task, status in closed.items())
    assert {"done", "skipped"} == set(closed.values())
    still_open = {task["id"] for task in tasks} - set(closed)
    assert len(still_open) < len(closed)


def test_every_event_is_accepted_and_care_is_among_them(company: Company) -> None:
    with gzip.open(company.home / "company.jsonl.gz") as lines:
        events = [orjson.loads(line) for line in lines]
    kinds = Counter(event["type"] for event in events)
    times = [event["time"] for event in events]

    assert company.told["rejected_by_reason"] == {}
    assert company.told["accepted"] == len(events)
    assert company.told["days_closed"] == SMALL["days"]
    assert times == sorted(times)
    assert kinds["care.given"] == company.told["total"]["care"] > 10
    assert company.told["total"]["brought"] > 0


def test_outcomes_reach_the_customers_own_history(company: Company) -> None:
    done = next(each for each in company.care() if each["outcome"] == "done")
    page = orjson.loads(company.guanxi("tasks", "show", done["task"], "--json"))

    assert page["status"] == "done"
    assert [step["what"] for step in page["history"]] == ["done"]
    assert page["closed_at"] >= done["at"]


def test_a_directory_without_a_company_has_no_truth(company: Company, run_company: Run) -> None:
    (company.home / "company.care.jsonl").rename(company.home / "away")
    try:
        with pytest.raises(AssertionError, match="no-truth"):
            company.guanxi("company", "truth")
    finally:
        (company.home / "away").rename(company.home / "company.care.jsonl")
