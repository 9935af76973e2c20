"""What the rules service tells over HTTP: how far it is, its release, single decisions and relationships."""

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint

from services.rules.office import ReleaseOffice
from services.rules.status_words import stopped, unreviewed
from services.rules.watcher import RulesWatcher
from shared.contracts.schemas import DecisionSchema, ProblemSchema
from shared.contracts.status import RelationshipSchema, RulesStatusSchema
from shared.flow.state import WorkerState
from shared.http.access import needs, public
from shared.http.keys import Scope
from shared.http.personal import may_see_personal
from shared.http.problems import ProblemError
from shared.model.rules import Bundle
from shared.policy.evaluation.wording import shown
from shared.policy.said import Said
from shared.store.port import Collection
from shared.switches.board import SwitchBoard


def rules_routes(
    state: WorkerState,
    watcher: RulesWatcher,
    office: ReleaseOffice,
    decisions: Collection,
    relationships: Collection,
    *,
    board: SwitchBoard,
    replayed: Callable[[], dict[str, Any] | None] = lambda: None,
) -> Blueprint:
    """The routes of the rules service; *replayed* tells of the last check of stored decisions."""
    routes = Blueprint(
        "rules", __name__, url_prefix="/v1", description="Decisions and the release behind them."
    )

    @routes.get("/status")
    @routes.response(200, RulesStatusSchema)
    @public
    def status() -> dict[str, Any]:
        """Tell how far this worker is, which release is active and what is wrong with edited rule files."""
        active = office.releases.active()
        lines = _lines(watcher, board, office)
        return {
            **state.told(),
            "release": active.digest if active else None,
            "activation": active.number if active else 0,
            "replayed": replayed(),
            **{name: [said.en for said in told] for name, told in lines.items()},
            "zh": {name: [said.zh for said in told] for name, told in lines.items()},
        }

    @routes.get("/decisions/<decision>")
    @routes.response(200, DecisionSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def decision(decision: str) -> dict[str, Any]:
        """Return one decision record."""
        return _found(decisions, decision, "decision")

    @routes.get("/relationships/<path:customer>")
    @routes.response(200, RelationshipSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def relationship(customer: str) -> dict[str, Any]:
        """Return one customer's tier, derived facts and episodes; personal facts by name only."""
        document = _found(relationships, customer, "customer")
        told = document["relationship"]
        if (seen := told["previous"]) and not may_see_personal(customer):
            told = {**told, "previous": _public(seen, office.library.reader.bundle(told["release"]))}
        return {"customer": customer, "tier": document["tier"], "relationship": told}

    return routes


def _public(seen: dict[str, dict[str, Any]], bundle: Bundle) -> dict[str, Any]:
    """What each policy saw last, personal facts by name only."""
    return {
        policy: {name: shown(name, value, bundle) for name, value in facts.items()}
        for policy, facts in seen.items()
    }


def _found(collection: Collection, name: str, what: str) -> dict[str, Any]:
    found = collection.get_many([name]).get(name)
    if found is None:
        raise ProblemError(404, f"unknown-{what}", f"Unknown {what}", f"No {what} {name!r} is known.")
    return found.document


def _lines(watcher: RulesWatcher, board: SwitchBoard, office: ReleaseOffice) -> dict[str, list[Said]]:
    """What people should know of: a sentence each, in both languages."""
    return {
        "problems": list(watcher.problems),
        "waiting": watcher.waiting(),
        "stopped": [stopped(each) for each in board.open()],
        "open_reviews": [unreviewed(each) for each in office.open_reviews()],
    }
