"""One evaluation under way: what it reads, and what it has found so far.

Pure. Facts stay as they are while a policy is judged; what it sets is read by the next one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Anchor, Snapshot
from shared.model.values import FactValue
from shared.policy.evaluation.admissions import Admissions
from shared.policy.evaluation.moment import Moment
from shared.policy.evaluation.program import Policy, Program
from shared.policy.evaluation.relationship import Relationship

DAYS_IN_TIER = "days_in_tier"


@dataclass(slots=True)
class Context:
    """*fired*: the policy under judgement ordered actions, so that it may find more to do next time."""

    relationship: Relationship
    snapshot: Snapshot
    moment: Moment
    program: Program
    admissions: Admissions
    facts: dict[str, FactValue]
    decisions: list[DecisionRecord] = field(default_factory=list)
    fired: bool = False

    def read_again(self) -> None:
        """Take what rules have set into the facts."""
        self.facts.update(self.relationship.facts)
        for name, anchor in anchors(self.relationship).items():
            self.facts[name] = anchor.at(self.moment.day)

    def previous(self, policy: Policy) -> Mapping[str, FactValue]:
        """What *policy* read at the previous evaluation, of the facts it compares with that."""
        return self.relationship.previous.get(policy.id, {})


def anchors(relationship: Relationship) -> dict[str, Anchor]:
    """The day counts that are kept with the relationship."""
    since = relationship.first_seen if relationship.tier_since is None else relationship.tier_since
    return {DAYS_IN_TIER: Anchor(since or 0)}
