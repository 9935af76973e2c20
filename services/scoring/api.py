"""What scoring tells over HTTP: how far it is, and one customer as measured."""

from datetime import date
from typing import Any

from flask_smorest import Blueprint

from shared.contracts.schemas import ProblemSchema
from shared.contracts.status import CustomerSchema, WorkerStatusSchema
from shared.flow.state import WorkerState
from shared.http.access import needs, public
from shared.http.keys import Scope
from shared.http.personal import may_see_personal
from shared.http.problems import ProblemError
from shared.model.rules import Bundle
from shared.policy.evaluation.wording import PERSONAL, shown
from shared.releases.reader import ReleaseReader
from shared.store.port import Collection


def scoring_routes(
    state: WorkerState,
    partitions: Collection,
    customers: Collection,
    partition_count: int,
    releases: ReleaseReader,
) -> Blueprint:
    """The routes of the scoring service."""
    routes = Blueprint("scoring", __name__, url_prefix="/v1", description="What is known of customers.")

    @routes.get("/status")
    @routes.response(200, WorkerStatusSchema)
    @public
    def status() -> dict[str, Any]:
        """Tell how far this worker is, and the last local day that every partition has closed."""
        return {**state.told(), "last_closed_day": last_closed_day(partitions, partition_count)}

    @routes.get("/customers/<path:customer>")
    @routes.response(200, CustomerSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def customer(customer: str) -> dict[str, Any]:
        """Tell one customer's facts, score and clock; personal facts by name, unless the key may see them."""
        found = customers.get_many([customer]).get(customer)
        if found is None:
            raise ProblemError(
                404, "unknown-customer", "Unknown customer", f"No customer {customer!r} is known."
            )
        facts, release = found.document["facts"], found.document["release"]
        if not may_see_personal(customer):
            facts = _public(facts, releases.bundle(release))
        as_of = found.document["state"]["as_of"]
        return {"customer": customer, "as_of": as_of, "release": release, "facts": facts}

    return routes


def _public(facts: dict[str, Any], bundle: Bundle) -> dict[str, Any]:
    """Personal facts by name only; so are those of a file that the release does not know (any more)."""
    return {
        name: shown(name, value, bundle) if name.partition("~")[0] in bundle.facts else PERSONAL + name
        for name, value in facts.items()
    }


def last_closed_day(partitions: Collection, partition_count: int) -> str | None:
    """The last local day whose marker every partition has dealt with, as ISO date."""
    names = [str(partition) for partition in range(partition_count)]
    found = partitions.get_many(names)
    days = [found[name].document["closed_day"] if name in found else 0 for name in names]
    return date.fromordinal(min(days)).isoformat() if min(days) else None
