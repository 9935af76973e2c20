"""A customer under scoring, and the document it is kept in.

Pure. The buckets belong to `shared.customer`; here is what scoring adds: the release it was last
measured by, what was last sent, and when it is due.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from services.scoring.yardstick import Yardstick
from shared.contracts.facts import anchors_from_json, anchors_to_json, facts_from_json, facts_to_json
from shared.contracts.snapshot import Anchor
from shared.customer.assess import assess
from shared.customer.state import CustomerState
from shared.model.values import FactValue
from shared.store.port import Document


@dataclass(slots=True)
class Customer:
    """State, the last assessment, and the next day on which it changes by itself."""

    key: str
    state: CustomerState | None = None  # None: nothing is known yet
    release: str = ""
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    anchors: Mapping[str, Anchor] = field(default_factory=dict)
    due_day: int | None = None

    def known(self, yardstick: Yardstick) -> CustomerState:
        """The state, begun if there is none."""
        if self.state is None:
            self.state = yardstick.model.measures.new_customer()
        return self.state

    def measure(self, yardstick: Yardstick) -> bool:
        """Assess anew at the customer's clock; return whether anything is different from before."""
        state = self.known(yardstick)
        before = (self.facts, self.anchors)
        assessment = assess(state, yardstick.model, state.day)
        self.facts, self.anchors = assessment.facts, assessment.anchors
        self.due_day, self.release = assessment.next_due, yardstick.digest
        return (self.facts, self.anchors) != before


def load_customer(key: str, document: Document | None) -> Customer:
    """Read a stored customer, or begin a new one."""
    if document is None:
        return Customer(key)
    return Customer(
        key,
        CustomerState.from_document(document["state"]),
        document["release"],
        facts_from_json(document["facts"]),
        anchors_from_json(document["anchors"]),
        document["due_day"],
    )


def dump_customer(customer: Customer) -> dict[str, Any]:
    """The fields that scoring keeps of a customer."""
    return {
        "release": customer.release,
        "state": customer.state.to_document() if customer.state else None,
        "facts": facts_to_json(customer.facts),
        "anchors": anchors_to_json(customer.anchors),
        "score": customer.facts.get("score"),
        "coverage": customer.facts.get("coverage"),
    }
