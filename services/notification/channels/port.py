"""What a medium owes to the dispatcher that uses it."""

from collections.abc import Sequence
from typing import Protocol

from services.notification.retry import Result
from services.notification.subscriptions import Subscription
from shared.store.port import Document


class Channel(Protocol):
    """Sends deliveries to one subscriber.

    May be used by several threads, but never for one subscriber by two at once.
    """

    @property
    def batch_size(self) -> int:
        """How many deliveries it takes at once."""

    def send(self, subscription: Subscription, deliveries: Sequence[Document]) -> list[Result]:
        """Send and return one result for each delivery, in order.

        Never raises for what a receiver does; blocks for a bounded time. A delivery may come again
        after a crash: its id is the same then.
        """
