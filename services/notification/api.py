"""The notification service over HTTP: tasks and their outcomes, inbox, deliveries, subscribers.

Thin: every route asks one object. Keys with scope read may look, tasks:write may close tasks, admin
may change subscribers.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from flask_smorest import Blueprint

from services.notification import schemas
from services.notification.cancelling import cancel_owed
from services.notification.contacts import record_from_document
from services.notification.outcomes import Report, TaskClosedError, TaskOutcomes, UnknownTaskError
from services.notification.subscribers import Subscribers, UnknownSubscriptionError
from services.notification.subscriptions import Subscription
from shared.contracts.schemas import ProblemSchema
from shared.contracts.status import WorkerStatusSchema
from shared.flow.state import WorkerState
from shared.http.access import needs, principal, public
from shared.http.keys import Scope
from shared.http.problems import ProblemError
from shared.store.port import Collection, Page, Query, Sort

Json = dict[str, Any]

_MOST_GROUPS = 1_000


@dataclass(frozen=True, slots=True)
class Parts:
    """What the routes ask."""

    tasks: Collection
    inbox: Collection
    deliveries: Collection
    contacts: Collection
    outcomes: TaskOutcomes
    subscribers: Subscribers


def blueprints(parts: Parts) -> list[Blueprint]:
    """The routes of the service, but for its status."""
    return [_tasks(parts), _messages(parts), _subscriptions(parts)]


def status_routes(state: WorkerState) -> Blueprint:
    """How far the service is."""
    routes = Blueprint("status", __name__, url_prefix="/v1", description="How far the service is.")

    @routes.get("/status")
    @routes.response(200, WorkerStatusSchema)
    @public
    def status() -> Json:
        """Tell how far this worker is."""
        return state.told()

    return routes


# -- tasks


def _tasks(parts: Parts) -> Blueprint:
    routes = Blueprint("tasks", __name__, url_prefix="/v1/tasks", description="Care tasks.")

    @routes.route("", methods=["GET"])
    @needs(Scope.READ)
    @routes.arguments(schemas.TaskQuery, location="query")
    @routes.response(200, schemas.TaskPage)
    def list_tasks(query: Json) -> Json:
        """List tasks, the most urgent first."""
        wanted = {name: query[name] for name in ("status", "customer", "owner")}
        if (until := query["due_before"]) is not None:
            wanted["due_day"] = {"$lte": until.toordinal()}
        return _page("tasks", _find(parts.tasks, wanted, (("due_day", 1),), query))

    @routes.route("/<identity>", methods=["GET"])
    @needs(Scope.READ)
    @routes.response(200, schemas.TaskAnswer)
    @routes.alt_response(404, schema=ProblemSchema)
    def show_task(identity: str) -> Json:
        """Show one task."""
        found = parts.tasks.get_many([identity]).get(identity)
        if found is None:
            raise _unknown("task", identity)
        return found.document

    @routes.route("/<identity>/outcome", methods=["POST"])
    @needs(Scope.TASKS_WRITE)
    @routes.arguments(schemas.OutcomeBody)
    @routes.response(200, schemas.TaskAnswer)
    @routes.alt_response(404, schema=ProblemSchema)
    @routes.alt_response(409, schema=ProblemSchema)
    def close_task(body: Json, identity: str) -> Json:
        """Tell what became of a task. Telling the same again changes nothing."""
        report = Report(body["outcome"], body["note"], principal().name, body["at"])
        try:
            return parts.outcomes.close(identity, report)
        except UnknownTaskError as error:
            raise _unknown("task", identity) from error
        except TaskClosedError as error:
            raise ProblemError(
                409, error.code, "Task is closed", str(error), outcome=error.outcome
            ) from error

    return routes


# -- what was told


def _messages(parts: Parts) -> Blueprint:
    routes = Blueprint("messages", __name__, url_prefix="/v1", description="What was told to whom.")

    @routes.route("/inbox", methods=["GET"])
    @needs(Scope.READ)
    @routes.arguments(schemas.InboxQuery, location="query")
    @routes.response(200, schemas.InboxPage)
    def list_inbox(query: Json) -> Json:
        """List messages, the newest first."""
        wanted = {name: query[name] for name in ("to", "customer", "group")}
        return _page("messages", _find(parts.inbox, wanted, (("created_at", -1),), query))

    @routes.route("/inbox/groups", methods=["GET"])
    @needs(Scope.READ)
    @routes.arguments(schemas.GroupQuery, location="query")
    @routes.response(200, schemas.GroupList)
    def list_groups(query: Json) -> Json:
        """List the groups of a reader's messages, the newest days first."""
        grouped = {"to": query["to"], "group": {"$ne": None}}
        counted = parts.inbox.count_by(["group"], grouped)
        newest = sorted(counted.items(), key=lambda item: item[0][0].split("/")[1:], reverse=True)
        return {"groups": [{"group": key[0], "messages": number} for key, number in newest[:_MOST_GROUPS]]}

    @routes.route("/deliveries", methods=["GET"])
    @needs(Scope.READ)
    @routes.arguments(schemas.DeliveryQuery, location="query")
    @routes.response(200, schemas.DeliveryPage)
    def list_deliveries(query: Json) -> Json:
        """List deliveries with their attempts."""
        wanted = {name: query[name] for name in ("status", "subscription")}
        return _page("deliveries", _find(parts.deliveries, wanted, (), query))

    @routes.route("/contacts/<path:customer>", methods=["GET"])
    @needs(Scope.READ)
    @routes.response(200, schemas.ContactsAnswer)
    def show_contacts(customer: str) -> Json:
        """Show the contacts with a customer, and what was held back and why."""
        found = parts.contacts.get_many([customer]).get(customer)
        record = record_from_document(found.document if found else None)
        return {
            "customer": customer,
            "contacts": [
                {"day": date.fromordinal(contact.day).isoformat(), "id": contact.id}
                for contact in record.contacts
            ],
            "held": [{**asdict(held), "day": date.fromordinal(held.day).isoformat()} for held in record.held],
        }

    return routes


# -- subscribers


def _subscriptions(parts: Parts) -> Blueprint:
    routes = Blueprint("subscriptions", __name__, url_prefix="/v1/subscriptions", description="Subscribers.")

    @routes.route("", methods=["GET"])
    @needs(Scope.ADMIN)
    @routes.response(200, schemas.SubscriptionList)
    def list_subscriptions() -> Json:
        """List every subscriber."""
        return {"subscriptions": [_told(subscription) for subscription in parts.subscribers.all()]}

    @routes.route("", methods=["POST"])
    @needs(Scope.ADMIN)
    @routes.arguments(schemas.SubscriptionBody)
    @routes.response(201, schemas.SubscriptionAnswer)
    def add_subscription(body: Json) -> Json:
        """Add a webhook. The answer holds its signing secret, which is never shown again."""
        subscription, secret = parts.subscribers.add_webhook(body["url"], body["routes"])
        return {**_told(subscription), "secret": secret}

    @routes.route("/<identity>", methods=["DELETE"])
    @needs(Scope.ADMIN)
    @routes.response(204)
    @routes.alt_response(404, schema=ProblemSchema)
    def remove_subscription(identity: str) -> None:
        """Remove a subscriber; what was still owed to it is cancelled."""
        try:
            parts.subscribers.remove(identity)
        except UnknownSubscriptionError as error:
            raise _unknown("subscription", identity) from error
        cancel_owed(parts.deliveries, identity)

    return routes


def _told(subscription: Subscription) -> Json:
    hidden = ("secrets",)
    return {name: value for name, value in asdict(subscription).items() if name not in hidden}


def _find(collection: Collection, wanted: Mapping[str, Any], sort: Sort, query: Json) -> Page:
    concerned = {name: value for name, value in wanted.items() if value is not None}
    return collection.find(Query(concerned, sort, query["limit"], query["cursor"]))


def _page(name: str, page: Page) -> Json:
    return {name: [found.document for found in page.documents], "cursor": page.cursor}


def _unknown(what: str, identity: str) -> ProblemError:
    return ProblemError(404, f"unknown-{what}", "Not found", f"There is no {what} {identity!r}.")
