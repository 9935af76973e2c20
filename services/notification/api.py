"""The notification service over HTTP: inbox, deliveries, subscribers, and the tasks of `tasks_api`.

Thin: every route asks one object. Keys with scope read may look, tasks:write may work on tasks, admin
may change subscribers.
"""

from dataclasses import asdict
from datetime import date

from flask_smorest import Blueprint

from services.notification import schemas
from services.notification.answering import Json, find, page_of, unknown
from services.notification.cancelling import cancel_owed
from services.notification.contacts import record_from_document
from services.notification.parts import Parts
from services.notification.route_names import check_routes
from services.notification.subscribers import UnknownSubscriptionError
from services.notification.subscriptions import Subscription
from services.notification.tasks_api import task_routes
from shared.contracts.schemas import ProblemSchema
from shared.contracts.status import WorkerStatusSchema
from shared.flow.state import WorkerState
from shared.http.access import needs, public
from shared.http.keys import Scope

_MOST_GROUPS = 1_000


def blueprints(parts: Parts) -> list[Blueprint]:
    """The routes of the service, but for its status."""
    return [task_routes(parts), _messages(parts), _subscriptions(parts)]


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
        return page_of("messages", find(parts.inbox, wanted, (("created_at", -1),), query))

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
        wanted = {name: query[name] for name in ("status", "subscription", "customer")}
        return page_of("deliveries", find(parts.deliveries, wanted, (), query))

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
                {**asdict(contact), "day": date.fromordinal(contact.day).isoformat()}
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
        """Add a webhook, whose signing secret is shown only now, or a person's e-mail address."""
        check_routes(parts.releases, body["routes"])
        if "address" in body:
            return _told(parts.subscribers.add_email(body["address"], body["routes"], body["language"]))
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
            raise unknown("subscription", identity) from error
        cancel_owed(parts.deliveries, identity)

    return routes


def _told(subscription: Subscription) -> Json:
    hidden = ("secrets",)
    return {name: value for name, value in asdict(subscription).items() if name not in hidden}
