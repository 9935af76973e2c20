"""The document that scoring keeps of a customer.

Pure; what changes a customer is `shared.customer.standing`.
"""

from typing import Any

from shared.contracts.facts import anchors_from_json, anchors_to_json, facts_from_json, facts_to_json
from shared.customer.score_history import ScoreHistory
from shared.customer.standing import Standing
from shared.customer.state import CustomerState
from shared.store.port import Document


def load_customer(key: str, document: Document | None) -> Standing:
    """Read a stored customer, or begin a new one."""
    if document is None:
        return Standing(key)
    facts = facts_from_json(document["facts"])
    return Standing(
        key,
        CustomerState.from_document(document["state"]),
        document["release"],
        facts,
        anchors_from_json(document["anchors"]),
        document["due_day"],
        ScoreHistory.from_document(document.get("score_history"), facts),
    )


def dump_customer(customer: Standing) -> dict[str, Any]:
    """The fields that scoring keeps of a customer."""
    return {
        "release": customer.release,
        "state": customer.state.to_document() if customer.state else None,
        "facts": facts_to_json(customer.facts),
        "anchors": anchors_to_json(customer.anchors),
        "score": customer.facts.get("score"),
        "coverage": customer.facts.get("coverage"),
        "score_history": customer.scores.to_document(),
    }
