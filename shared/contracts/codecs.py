"""Snapshots and decisions as JSON on the wire and in the store, and back.

Pure and quick: plain dictionaries, no reflection. The schemas say the same for documents and tests.
"""

from collections.abc import Mapping
from typing import Any

from shared.contracts.cloudevents import CloudEvent, MalformedMessageError
from shared.contracts.decision import DecisionRecord, LeafTrace, OrderedAction
from shared.contracts.facts import anchors_from_json, anchors_to_json, facts_from_json, facts_to_json
from shared.contracts.snapshot import Cause, Snapshot
from shared.contracts.topics import EventTypes

SCORING_SOURCE = "guanxi/scoring"
RULES_SOURCE = "guanxi/rules"


def snapshot_to_data(snapshot: Snapshot) -> dict[str, Any]:
    """Write a snapshot as JSON."""
    return {
        "customer": snapshot.customer,
        "sequence": snapshot.sequence,
        "as_of": snapshot.as_of,
        "day": snapshot.day,
        "cause": _cause_to_data(snapshot.cause),
        "release": snapshot.release,
        "facts": facts_to_json(snapshot.facts),
        "anchors": anchors_to_json(snapshot.anchors),
    }


def snapshot_from_data(data: Mapping[str, Any]) -> Snapshot:
    """Read what `snapshot_to_data` wrote."""
    try:
        return Snapshot(
            customer=data["customer"],
            sequence=data["sequence"],
            as_of=data["as_of"],
            day=data["day"],
            cause=Cause(**data["cause"]),
            release=data["release"],
            facts=facts_from_json(data["facts"]),
            anchors=anchors_from_json(data["anchors"]),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise _malformed("snapshot", error) from error


def snapshot_to_event(snapshot: Snapshot, traceparent: str | None = None) -> CloudEvent:
    """Wrap a snapshot; its id is derived, so that sending twice is seen."""
    extensions = {"sequence": str(snapshot.sequence)}
    if traceparent:
        extensions["traceparent"] = traceparent
    return CloudEvent(
        id=f"{snapshot.customer}/{snapshot.sequence}",
        source=SCORING_SOURCE,
        type=EventTypes.SNAPSHOT,
        subject=snapshot.customer,
        time=snapshot.as_of,
        data=snapshot_to_data(snapshot),
        extensions=extensions,
    )


def snapshot_from_event(event: CloudEvent) -> Snapshot:
    """Read a snapshot's event."""
    return snapshot_from_data(_data_of(event, EventTypes.SNAPSHOT))


def decision_to_data(decision: DecisionRecord) -> dict[str, Any]:
    """Write a decision as JSON."""
    return {
        "id": decision.id,
        "customer": decision.customer,
        "rule": decision.rule,
        "policy": decision.policy,
        "release": decision.release,
        "outcome": decision.outcome,
        "mode": decision.mode,
        "as_of": decision.as_of,
        "day": decision.day,
        "cause": _cause_to_data(decision.cause),
        "facts": dict(decision.facts),
        "leaves": [_leaf_to_data(leaf) for leaf in decision.leaves],
        "reason": dict(decision.reason),
        "actions": [
            {"id": action.id, "kind": action.kind, "fields": dict(action.fields)}
            for action in decision.actions
        ],
        "held_by": decision.held_by,
        "losers": [dict(loser) for loser in decision.losers],
        "episode_before": dict(decision.episode_before),
        "episode_after": dict(decision.episode_after),
        "tier_change": decision.tier_change,
        "score_lines": [dict(line) for line in decision.score_lines],
        "bucket": decision.bucket,
        "basis": dict(decision.basis),
        "budget": dict(decision.budget),
        "engine": decision.engine,
        "agreed": decision.agreed,
    }


def decision_from_data(data: Mapping[str, Any]) -> DecisionRecord:
    """Read what `decision_to_data` wrote."""
    try:
        return DecisionRecord(
            **{
                **data,
                "cause": Cause(**data["cause"]),
                "facts": facts_from_json(data["facts"]),
                "leaves": tuple(_leaf_from_data(leaf) for leaf in data["leaves"]),
                "actions": tuple(OrderedAction(**action) for action in data["actions"]),
                "losers": tuple(data["losers"]),
                "score_lines": tuple(data["score_lines"]),
            }
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise _malformed("decision", error) from error


def decision_to_event(decision: DecisionRecord, traceparent: str | None = None) -> CloudEvent:
    """Wrap a decision under its own id."""
    return CloudEvent(
        id=decision.id,
        source=RULES_SOURCE,
        type=EventTypes.DECISION,
        subject=decision.customer,
        time=decision.as_of,
        data=decision_to_data(decision),
        extensions={"traceparent": traceparent} if traceparent else {},
    )


def decision_from_event(event: CloudEvent) -> DecisionRecord:
    """Read a decision's event."""
    return decision_from_data(_data_of(event, EventTypes.DECISION))


def decision_to_document(decision: DecisionRecord) -> dict[str, Any]:
    """The stored form of a decision."""
    return decision_data_to_document(decision_to_data(decision))


def decision_data_to_document(data: Mapping[str, Any]) -> dict[str, Any]:
    """The stored form of a decision's data: the same as on the wire, keyed by the decision's id."""
    return {"_id": data["id"], **data}


def decision_from_document(document: Mapping[str, Any]) -> DecisionRecord:
    """Read a stored decision."""
    return decision_from_data({name: value for name, value in document.items() if name != "_id"})


def _cause_to_data(cause: Cause) -> dict[str, str]:
    return {"kind": cause.kind, "id": cause.id, "type": cause.type, "source": cause.source}


def _leaf_to_data(leaf: LeafTrace) -> dict[str, Any]:
    return {
        "fact": leaf.fact,
        "phrase": leaf.phrase,
        "value": leaf.value,
        "outcome": leaf.outcome,
        "threshold": leaf.threshold,
        "margin": leaf.margin,
    }


def _leaf_from_data(data: Mapping[str, Any]) -> LeafTrace:
    frozen = {"value": _frozen(data["value"]), "threshold": _frozen(data["threshold"])}
    return LeafTrace(**{**data, **frozen})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _data_of(event: CloudEvent, expected: str) -> dict[str, Any]:
    if event.type != expected:
        raise MalformedMessageError(f'expected type "{expected}", found "{event.type}"', pointer="/type")
    return event.data


def _malformed(what: str, error: Exception) -> MalformedMessageError:
    name = error.args[0] if isinstance(error, KeyError) else ""
    pointer = f"/data/{name}" if name else "/data"
    return MalformedMessageError(f"not a {what}: {type(error).__name__}: {error}", pointer=pointer)
