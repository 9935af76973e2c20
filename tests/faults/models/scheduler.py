"""Due days and the timers of episodes against a model that looks at everybody at every event and close."""

from collections import defaultdict
from functools import cache
from typing import Any

import orjson
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.rules.processor import RulesProcessor
from services.rules.relationships import KeptCase, dump_case, load_case
from shared.contracts.codecs import snapshot_to_event
from shared.contracts.snapshot import Anchor, Cause, Snapshot
from shared.customer.local_time import LocalTime
from shared.flow.processor import Effects, Input, PartitionMemory
from shared.model.rules import Repeat
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.admissions import MemoryAdmissions
from shared.policy.evaluation.judge import Judge
from shared.policy.evaluation.program import Program
from tests.faults.models.rhythm import Look, Rhythm
from tests.unit.evaluation.building import MONDAY, at_least, bundle, create_task, notify
from tests.unit.evaluation.building import rule as order

RHYTHMS = {
    "ripe": ("score", 50, Rhythm(stands_for=6)),
    "again": ("score", 50, Rhythm(stands_for=2, every=5)),
    "later": ("score", 70, Rhythm(every=3, later=True)),
    "kept": ("score", 30, Rhythm(keeps_for=4)),
    "silent": ("days_since_purchase", 7, Rhythm()),
    "lapsing": ("days_since_purchase", 3, Rhythm(stands_for=4, every=9)),
}
"""By rule: which fact must be at least what, and the timers."""


@cache
def judge(_release: str) -> Judge:
    """The rules above, as a release."""
    rules = [
        order(
            name,
            at_least(fact, limit),
            create_task(name) if rhythm.every is None else notify(name),
            for_days=rhythm.stands_for,
            keep_for_days=rhythm.keeps_for,
            repeat=None if rhythm.every is None else Repeat(rhythm.every, later=rhythm.later),
        )
        for name, (fact, limit, rhythm) in RHYTHMS.items()
    ]
    return Judge(Program.compile(bundle(rules), engine_named("python")), LocalTime("UTC"))


class Nowhere:
    """Where decisions would be stored; only its name is asked for."""

    name = "decisions"


class SchedulerMachine(RuleBasedStateMachine):
    """Events, now and ahead of the day; days that close one by one or several at once; storing and loading.

    The product judges a customer at events and on due days only, as the stage has it do.
    """

    def __init__(self) -> None:
        super().__init__()
        nowhere: Any = Nowhere()
        self.processor = RulesProcessor(nowhere, judge, MemoryAdmissions())
        self.cases: dict[str, KeptCase] = {}
        self.fired: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.sequence = 0
        self.today = MONDAY
        self.facts: dict[str, dict[str, int | None]] = defaultdict(dict)
        self.open_day: dict[str, int] = {}  # by customer, the first day not closed for it
        self.looks: dict[tuple[str, str], list[Look]] = defaultdict(list)

    # -- what happens

    @rule(
        customer=st.sampled_from("ab"),
        score=st.sampled_from([None, 10, 30, 50, 80]),
        buys=st.booleans(),
        ahead=st.sampled_from([0, 0, 0, 2, 9]),
    )
    def happen(self, customer: str, score: int | None, buys: bool, ahead: int) -> None:
        day = max(self.today + ahead, self.open_day.get(customer, 0))
        self.look_at_closes(customer, day)
        self.facts[customer]["score"] = score
        if buys:
            self.facts[customer]["bought"] = day
        self.look(customer, day)
        case = self.cases.setdefault(customer, self.processor.load(customer, None))
        self.note(customer, self.processor.apply(case, self.snapshot(customer, day), PartitionMemory(0)))

    @rule(days=st.sampled_from([1, 1, 1, 2, 4, 30]))
    def close_days(self, days: int) -> None:
        self.today += days
        for customer in self.open_day:
            self.look_at_closes(customer, self.today)
        for customer, case in self.cases.items():
            while (due := self.processor.due_day(case)) is not None and due < self.today:
                self.note(customer, self.processor.close_day(case, due, PartitionMemory(0)))

    @rule(customer=st.sampled_from("ab"))
    def store_and_load(self, customer: str) -> None:
        if customer in self.cases:
            case = self.cases[customer]
            document = {**dump_case(case), "due_day": self.processor.due_day(case)}
            self.cases[customer] = load_case(customer, orjson.loads(orjson.dumps(document)))

    # -- what the model makes of it

    def look_at_closes(self, customer: str, until: int) -> None:
        for day in range(self.open_day.get(customer, until), until):
            self.look(customer, day)
        self.open_day[customer] = max(until, self.open_day.get(customer, 0))

    def look(self, customer: str, day: int) -> None:
        known = self.facts[customer]
        bought = known.get("bought")
        now = {
            "score": known.get("score"),
            "days_since_purchase": None if bought is None else day - bought,
        }
        for name, (fact, limit, _) in RHYTHMS.items():
            value = now[fact]
            self.looks[customer, name].append((day, None if value is None else value >= limit))

    # -- what the product makes of it

    def snapshot(self, customer: str, day: int) -> Input:
        self.sequence += 1
        known = self.facts[customer]
        facts: dict[str, Any] = {} if known["score"] is None else {"score": known["score"]}
        bought = known.get("bought")
        anchors = {} if bought is None else {"days_since_purchase": Anchor(bought)}
        cause = Cause("event", f"e{self.sequence}", "purchase", "shop")
        told = Snapshot(customer, f"{day}", day, cause, "release-1", facts, anchors, self.sequence)
        return Input(self.sequence, snapshot_to_event(told), self.sequence)

    def note(self, customer: str, effects: Effects) -> None:
        for message in effects.messages:
            if message.data["outcome"] == "fired":
                self.fired[customer, message.data["rule"]].append(message.data["day"])

    @invariant()
    def every_rule_fired_on_its_days(self) -> None:
        for (customer, name), looks in self.looks.items():
            assert self.fired[customer, name] == RHYTHMS[name][2].firings(looks), (customer, name)
