"""One customer's life under test, on a virtual clock: days close, timers run out, rules judge.

The order is that of the services: what is due before a day is closed first, then the day's news is judged,
then the day's own close.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from shared.clock import from_rfc3339, to_rfc3339
from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Cause, Snapshot
from shared.model.values import FactValue
from shared.policy.evaluation.admissions import MemoryAdmissions
from shared.policy.evaluation.adoption import adopt
from shared.policy.evaluation.effects import entitle
from shared.policy.evaluation.evaluate import Moment, evaluate
from shared.policy.evaluation.relationship import Relationship
from shared.policy.testing.contacting import Ledger
from shared.policy.testing.knowing import FromEvents, GivenFacts, Knowledge, Known, is_kept_by_rules
from shared.policy.testing.model import Given, Happening
from shared.policy.testing.trial import Trial

_NEWS = Cause("event", "given", "given", "test")


@dataclass(slots=True)
class Life:
    """A customer who is judged by *trial* from the instant *now* on."""

    trial: Trial
    customer: str
    now: str
    with_events: bool = False
    relationship: Relationship = field(default_factory=Relationship)
    history: list[DecisionRecord] = field(default_factory=list)
    held: set[str] = field(default_factory=set)  # decisions of which the cap holds a contact
    ledger: Ledger = field(init=False)
    start: int = field(init=False)
    knowledge: Knowledge = field(init=False)
    _snapshot: Snapshot | None = None
    _turn: int | None = None  # when facts change by themselves
    _due: int | None = None  # when rules may decide by themselves

    def __post_init__(self) -> None:
        trial = self.trial
        self.ledger = Ledger.of(trial.program.bundle)
        self.start = trial.local_time.day_of(self.now)
        if self.with_events:
            state = trial.model.measures.new_customer()
            self.knowledge = FromEvents(trial.model, trial.local_time, state)
        else:
            self.knowledge = GivenFacts(trial.model, trial.program.bundle.catalogue)

    def begin(self, given: Given, day: int) -> None:
        """Take the customer over as *given* on *day*, without judging."""
        self.relationship.facts.update(self._kept(given))
        adopt(self.relationship, self.trial.program, day)
        self._accept(given, day)

    def change(self, given: Given, day: int) -> None:
        """Facts become as *given* on *day*: judge."""
        self._accept(given, day)
        self.look(day)

    def look(self, day: int) -> None:
        """Judge what is known on *day*, whether or not anything is due."""
        if not isinstance(self.knowledge, FromEvents):
            self._measure(day, _NEWS)
            self._judge(Moment(self.customer, day, self.trial.local_time.end_of(day), _NEWS))

    def happen(self, events: Iterable[Happening], day: int) -> None:
        """Events come on *day*, a second apart: judge after each."""
        assert isinstance(self.knowledge, FromEvents)
        for number, event in enumerate(events):
            at = self._instant(day, number)
            identity = self.knowledge.happen(event.type, event.data, at)
            cause = Cause("event", identity, event.type, "test")
            self._measure(day, cause)
            self._judge(Moment(self.customer, day, at, cause))

    def close_before(self, day: int) -> None:
        """Close every day before *day* on which anything is due."""
        while (turn := self._next()) is not None and turn < day:
            self.close(turn)

    def close(self, day: int) -> None:
        """Close *day*."""
        if self._snapshot is None:
            return
        cause = Cause("day")
        moment = Moment(self.customer, day, self.trial.local_time.end_of(day), cause)
        if self._turn is not None and self._turn <= day:
            self._measure(day, cause)
            self._judge(moment)
        if self._due is not None and self._due <= day:
            self._judge(moment)

    def _next(self) -> int | None:
        days = [day for day in (self._turn, self._due) if day is not None]
        return min(days, default=None)

    def _measure(self, day: int, cause: Cause) -> None:
        known: Known = self.knowledge.on(day)
        self._turn = known.next_change
        as_of = self.trial.local_time.end_of(day)
        digest = self.trial.program.digest
        self._snapshot = Snapshot(self.customer, as_of, day, cause, digest, known.facts, known.anchors)

    def _judge(self, moment: Moment) -> None:
        if self._snapshot is None:
            return
        self.relationship.forget_idle()  # so that whoever watches sees every day that is looked at
        admissions = MemoryAdmissions()
        judgement = evaluate(self.relationship, self._snapshot, moment, self.trial.program, admissions)
        self._due = judgement.next_due
        self.history += judgement.decisions
        self.held |= {each.id for each in judgement.decisions if self.ledger.holds(each)}

    def _instant(self, day: int, second: int) -> str:
        zone = ZoneInfo(self.trial.local_time.timezone)
        clock: time = from_rfc3339(self.now).astimezone(zone).time()
        local = datetime.combine(date.fromordinal(day), clock, zone) + timedelta(seconds=second)
        return to_rfc3339(local)

    def _kept(self, given: Given) -> dict[str, FactValue]:
        bundle = self.trial.program.bundle
        kept = {name: value for name, value in given.facts.items() if is_kept_by_rules(name, bundle)}
        return {name: value for name, value in kept.items() if value is not None and name != "days_in_tier"}

    def _accept(self, given: Given, day: int) -> None:
        bundle, relationship = self.trial.program.bundle, self.relationship
        told = {n: v for n, v in given.facts.items() if not is_kept_by_rules(n, bundle)}
        self.knowledge.change(Given(told, given.before), day)
        if "tier" in given.facts and given.facts["tier"] != relationship.facts.get("tier"):
            relationship.tier_since = day
        for name, value in given.facts.items():
            if is_kept_by_rules(name, bundle) and value is None:
                relationship.facts.pop(name, None)
        relationship.facts.update(self._kept(given))
        days = given.facts.get("days_in_tier")
        if isinstance(days, int):
            relationship.tier_since = day - days
        self._entitle(given)

    def _entitle(self, given: Given) -> None:
        """Entitlements follow from the tier; those given beside it, or lacking, were granted or revoked."""
        relationship, program = self.relationship, self.trial.program
        stated = given.facts.get("entitlements")
        if isinstance(stated, tuple):
            own = program.entitled.get(relationship.tier, frozenset())
            relationship.granted, relationship.revoked = set(stated) - own, set(own - set(stated))
        if "tier" in given.facts or isinstance(stated, tuple):
            entitle(relationship, program)
