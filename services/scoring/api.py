"""What scoring tells over HTTP: how far it is, and one customer as measured."""

from datetime import date
from typing import Any

from flask_smorest import Blueprint

from shared.contracts.schemas import ProblemSchema
from shared.contracts.status import CustomerSchema, WorkerStatusSchema
from shared.flow.state import WorkerState
from shared.http.access import needs, public
from shared.http.keys import Scope
from shared.http.problems import ProblemError
from shared.store.port import Collection


def scoring_routes(
    state: WorkerState, partitions: Collection, customers: Collection, partition_count: int
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
        """Tell one customer's facts, score and clock."""
        found = customers.get_many([customer]).get(customer)
        if found is None:
            raise ProblemError(
                404, "unknown-customer", "Unknown customer", f"No customer {customer!r} is known."
            )
        return {
            "customer": customer,
            "as_of": found.document["state"]["as_of"],
            "release": found.document["release"],
            "facts": found.document["facts"],
        }

    return routes


def last_closed_day(partitions: Collection, partition_count: int) -> str | None:
    """The last local day whose marker every partition has dealt with, as ISO date."""
    names = [str(partition) for partition in range(partition_count)]
    found = partitions.get_many(names)
    days = [found[name].document["closed_day"] if name in found else 0 for name in names]
    return date.fromordinal(min(days)).isoformat() if min(days) else None
