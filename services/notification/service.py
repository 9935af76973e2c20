"""The notification service's composition root: the stage, the senders and the HTTP side."""

from services.notification.api import blueprints, status_routes
from services.notification.brakes import BrakeNotices
from services.notification.channels.open import open_channels
from services.notification.delivery import Dispatcher
from services.notification.desk import TaskDesk
from services.notification.digests import Digests
from services.notification.gate import Gate
from services.notification.handing_over import OwnerNotices
from services.notification.outcomes import TaskOutcomes
from services.notification.parts import Parts
from services.notification.processor import NotificationProcessor, Stores
from services.notification.sealing import SecretBox
from services.notification.sending import Sending
from services.notification.subscribers import Subscribers
from shared.asking.records import Records
from shared.config import Config
from shared.contracts.topics import DECISIONS, NOTIFICATIONS
from shared.flow.worker import Flow, Worker
from shared.http.app import register
from shared.releases.reader import ReleaseReader
from shared.store.collections import (
    CONTACT_PARTITIONS,
    CONTACTS,
    CUSTOMERS,
    DELIVERIES,
    HISTORY,
    INBOX,
    RELEASES,
    SUBSCRIPTIONS,
    SWITCHES,
    TASKS,
)

FLOW = Flow(DECISIONS, NOTIFICATIONS, CONTACTS, CONTACT_PARTITIONS)


def run(config: Config) -> int:
    """Run until SIGTERM or SIGINT; return the exit code."""
    worker = Worker(config, "notification")
    releases = ReleaseReader(worker.collection(RELEASES))
    parts = assemble(worker, releases)
    customers, history = worker.collection(CUSTOMERS), worker.collection(HISTORY)
    stores = Stores(parts.tasks, parts.inbox, parts.deliveries, customers, history)
    runner = worker.runner(NotificationProcessor(stores, parts.subscribers, releases), FLOW)
    worker.in_background("sending", Sending(dispatcher(worker, parts, releases)).run)
    worker.in_background("task-outcomes", parts.outcomes.run)
    worker.in_background("owner-notices", parts.desk.notices.run)
    brakes = BrakeNotices(worker.collection(SWITCHES), parts.inbox, releases)
    worker.in_background("brake-notices", brakes.run)
    records = Records(worker.store, config.partitions)
    digests = Digests(records, parts.subscribers, worker.clock, worker.reach)
    worker.in_background("digests", digests.run)
    app = worker.app(runner, status_routes)
    for blueprint in blueprints(parts):
        register(app, blueprint)
    return worker.serve(runner, app)


def assemble(worker: Worker, releases: ReleaseReader) -> Parts:
    """Build what routes and threads share."""
    tasks, inbox, contacts = (worker.collection(spec) for spec in (TASKS, INBOX, CONTACTS))
    live = worker.config.clock_mode == "wall"
    return Parts(
        tasks=tasks,
        inbox=inbox,
        deliveries=worker.collection(DELIVERIES),
        contacts=contacts,
        outcomes=TaskOutcomes(tasks, contacts, worker.bus.producer(), worker.clock, live, worker.reach),
        desk=TaskDesk(tasks, contacts, worker.clock, live, OwnerNotices(tasks, inbox)),
        subscribers=Subscribers(
            worker.collection(SUBSCRIPTIONS), SecretBox(worker.config.secret), worker.clock
        ),
        releases=releases,
    )


def dispatcher(worker: Worker, parts: Parts, releases: ReleaseReader) -> Dispatcher:
    """Build what sends deliveries."""
    config = worker.config
    return Dispatcher(
        deliveries=parts.deliveries,
        subscribers=parts.subscribers,
        channels=open_channels(config, parts.subscribers.box, worker.clock),
        gate=Gate(worker.collection(CUSTOMERS), releases, live=config.clock_mode == "wall"),
        clock=worker.clock,
        member=config.member("notification"),
        reach=worker.reach,
    )
