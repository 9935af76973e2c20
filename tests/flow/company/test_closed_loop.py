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
    told = {task["id"]: task["status"] for task in tasks if task["status"] in {"done", "skipped"}}
    still_open = [task["id"] for task in tasks if task["status"] == "open"]

    assert {task: worked[task] for task in told} == told
    assert {"done", "skipped"} == set(told.values())
    assert len(still_open) < len(told)


def test_a_task_that_an_event_ended_before_the_staff_told_of_it_stays_ended(company: Company) -> None:
    listed = company.guanxi("tasks", "list", "--status", "closed", "--limit", "10000", "--json")
    ended = {task["id"] for task in orjson.loads(listed)}

    assert ended & {each["task"] for each in company.care()}


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


def test_a_task_tells_that_it_was_done_after_it_was(company: Company) -> None:
    listed = company.guanxi("tasks", "list", "--status", "done", "--limit", "1", "--json")
    (task,) = orjson.loads(listed)
    work = next(each for each in company.care() if each["task"] == task["id"])
    page = orjson.loads(company.guanxi("tasks", "show", task["id"], "--json"))

    assert [step["what"] for step in page["history"]] == ["done"]
    assert page["closed_at"] >= work["at"]


def test_a_directory_without_a_company_has_no_truth(company: Company, run_company: Run) -> None:
    (company.home / "company.care.jsonl").rename(company.home / "away")
    try:
        with pytest.raises(AssertionError, match="no-truth"):
            company.guanxi("company", "truth")
    finally:
        (company.home / "away").rename(company.home / "company.care.jsonl")
