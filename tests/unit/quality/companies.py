"""Customers to put a ranking to the test with: recorded ones, and a made-up company whose truth is known.

They are measured by scoring's own code, at the cut alone: what a snapshot of that day would say.
"""

import gzip
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from shared.contracts.cloudevents import CloudEvent
from shared.contracts.snapshot import Cause, Snapshot
from shared.customer.apply import apply
from shared.customer.assess import assess
from shared.customer.yardstick import Yardstick, yardsticks
from shared.policy.release import build, load_directory
from shared.quality.columns import Observed
from shared.quality.cuts import Cuts
from shared.quality.observing import Deeds, Question, standings
from shared.quality.outcome import Outcome
from shared.quality.report import Json, Subject, quality_report

ROOT = Path(__file__).resolve().parents[3]
RETAIL = ROOT / "deploy/demo/online_retail2_events.jsonl.gz"
CDNOW = ROOT / "tests/data/cdnow_events.jsonl.gz"

Histories = Mapping[str, list[CloudEvent]]


@dataclass(frozen=True, slots=True)
class Cut:
    """The last day that is known, and how many days are then watched."""

    day: date
    window: int


def shipped() -> Yardstick:
    """How the default rules measure."""
    bundle = build(load_directory(ROOT / "rules")).bundle
    assert bundle is not None
    return yardsticks(lambda _digest: bundle)(bundle.digest)


def recorded(path: Path) -> Histories:
    """Every customer of a file of sales."""
    histories: dict[str, list[CloudEvent]] = {}
    with gzip.open(path, "rt") as lines:
        for entry in map(json.loads, lines):
            data = {**entry["data"], "amount": round(entry["data"]["amount"] * 100)}
            key = entry["customer_id"]
            event = CloudEvent(entry["id"], entry["source"], entry["type"], key, entry["time"], data)
            histories.setdefault(key, []).append(event)
    return histories


def scored(histories: Histories, yardstick: Yardstick, cut: Cut) -> Json:
    """The report's figures at *cut* of the ranking alone."""
    day = cut.day.toordinal()
    question = Question(
        Outcome("purchase", cut.window, "amount"), "churn_risk", frozenset(), (day,), day + cut.window
    )
    observed = Observed()
    for events in histories.values():
        deeds = Deeds.of(events, question.outcome, yardstick.local_time.day_of)
        observed.add(standings(deeds, list(_told(events, yardstick, day)), (), question), ())
    report = quality_report(Subject("", "", "", day), question, Cuts((day,), 0), observed)
    found: Json = report["cuts"][0]
    return found


def _told(events: Iterable[CloudEvent], yardstick: Yardstick, day: int) -> Iterator[Snapshot]:
    """What scoring would tell at the close of *day*."""
    state = yardstick.model.measures.new_customer()
    known = [event for event in events if yardstick.local_time.day_of(event.time) <= day]
    for event in known:
        apply(event, state, yardstick.model.measures)
    if known:
        state.advance(yardstick.local_time.end_of(day), day)
        found = assess(state, yardstick.model, day)
        yield Snapshot("", state.as_of, day, Cause("day"), "", found.facts, found.anchors)


FIRST = date(2021, 1, 1)
DAYS = 730


def made_up(seed: int, customers: int = 1_500) -> Histories:
    """A company after Fader, Hardie and Lee's BG/NBD: each buys at a pace of its own until, after some
    purchase, it is lost for good. Pace is gamma, the chance to be lost beta, spend log-normal by customer.
    """
    random = Random(seed)
    return {f"c{number}": list(_bought(f"c{number}", random)) for number in range(customers)}


def _bought(customer: str, random: Random) -> Iterator[CloudEvent]:
    pace = random.gammavariate(0.9, 1 / 45) + 1 / 2_000
    loss, usual = random.betavariate(0.8, 3.5), random.lognormvariate(4.5, 1.0)
    day = float(random.randrange(270))
    while day < DAYS:
        amount = max(1, round(100 * usual * random.lognormvariate(0, 0.5)))
        yield _purchase(customer, int(day), amount)
        if random.random() < loss:
            return
        day += max(1.0, random.expovariate(pace))


def _purchase(customer: str, day: int, amount: int) -> CloudEvent:
    time = f"{FIRST + timedelta(days=day)}T12:00:00Z"
    data: dict[str, Any] = {"amount": amount}
    return CloudEvent(f"{customer}-{day}", "shop", "purchase", customer, time, data)
