"""What the routes of the notification service ask."""

from dataclasses import dataclass

from services.notification.desk import TaskDesk
from services.notification.outcomes import TaskOutcomes
from services.notification.subscribers import Subscribers
from shared.releases.reader import ReleaseReader
from shared.store.port import Collection


@dataclass(frozen=True, slots=True)
class Parts:
    """Collections to look into, and the objects that change them."""

    tasks: Collection
    inbox: Collection
    deliveries: Collection
    contacts: Collection
    outcomes: TaskOutcomes
    desk: TaskDesk
    subscribers: Subscribers
    releases: ReleaseReader
