"""What stood when a decision was made, read back from its record: the context that it can be made in again.

Pure. A record names personal facts without their values; whoever has these may hand them in.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.decision import DecisionRecord
from shared.contracts.facts import facts_from_json
from shared.contracts.snapshot import Snapshot
from shared.model.rules import Budget, Bundle, RolloutMode
from shared.model.values import FactValue
from shared.policy.evaluation.admissions import Admission
from shared.policy.evaluation.context import Context
from shared.policy.evaluation.episode import Episode
from shared.policy.evaluation.moment import Moment
from shared.policy.evaluation.program import Program, key_of
from shared.policy.evaluation.relationship import Relationship
from shared.policy.evaluation.wording import PERSONAL

Facts = Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Personal:
    """Values of personal facts at the decision, and at the evaluation before it."""

    now: Facts = field(default_factory=dict)
    before: Facts = field(default_factory=dict)


def personal_facts(record: DecisionRecord, bundle: Bundle) -> tuple[str, ...]:
    """The personal facts whose values the record leaves out."""
    shown = [*record.facts.items(), *record.basis.get("previous", {}).items()]
    return tuple(sorted({name for name, value in shown if _is_reference(name, value, bundle)}))


def context_of(record: DecisionRecord, program: Program, personal: Personal) -> Context:
    """The evaluation that *record* came from, as far as its rule could see."""
    basis, bundle = record.basis, program.bundle
    facts = _values(record.facts, personal.now, bundle)
    previous = _values(basis.get("previous", {}), personal.before, bundle)
    paused = {record.rule: basis["paused"]} if "paused" in basis else {}
    return Context(
        relationship=_relationship(record, facts, previous),
        snapshot=_snapshot(record),
        moment=Moment(record.customer, record.day, record.as_of, record.cause, paused),
        program=program,
        admissions=_RecordedAdmission(record.budget),
        facts=facts,
    )


def _relationship(
    record: DecisionRecord, facts: dict[str, FactValue], previous: dict[str, FactValue]
) -> Relationship:
    """Its facts include those that rules have set; that it knows others too makes no difference."""
    key, before = key_of(record.rule, RolloutMode(record.mode)), dict(record.episode_before)
    return Relationship(
        release=record.release,
        first_seen=record.day,
        tier_kept_until=record.basis.get("tier_kept_until", 0),
        facts=dict(facts),
        episodes={key: Episode.from_document(before)} if before else {},
        firings={key: tuple(record.basis["firings"])} if "firings" in record.basis else {},
        previous={record.policy: previous},
    )


def _values(shown: Mapping[str, Any], personal: Facts, bundle: Bundle) -> dict[str, FactValue]:
    """The known facts; personal ones by their own value if it was handed in."""
    values = {
        name: personal.get(name) if _is_reference(name, value, bundle) else value
        for name, value in facts_from_json(shown).items()
    }
    return {name: value for name, value in values.items() if value is not None}


def _is_reference(name: str, value: object, bundle: Bundle) -> bool:
    fact = bundle.facts.get(name.partition("~")[0])
    return fact is not None and fact.personal and value == PERSONAL + name


def _snapshot(record: DecisionRecord) -> Snapshot:
    """What the score was made of, as its lines tell it."""
    facts: dict[str, FactValue] = {}
    for line in record.score_lines:
        facts[line["trait"]] = line["points"]
        facts.update({each["metric"]: each["value"] for each in line["indicators"]})
    return Snapshot(record.customer, record.as_of, record.day, record.cause, record.release, facts)


@dataclass(frozen=True, slots=True)
class _RecordedAdmission:
    """Answers what the budget answered then."""

    budget: Mapping[str, int | None]

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> Admission:
        """See `Admissions`."""
        return Admission(self.budget.get("number"), self.budget.get("places") or 0)
