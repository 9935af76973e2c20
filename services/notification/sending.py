"""The threads that keep deliveries going: one for each subscriber that has something due.

A slow or dead subscriber holds up nobody else. What is still under way when the service stops is
left to its lease, and sent again by the next start.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from threading import Event, Thread

from services.notification.delivery import Dispatcher
from shared.errors import GuanxiError
from shared.telemetry.logs import logger

INTERVAL_S = 0.25
AT_ONCE = 16
STOP_WAIT_S = 3.0
SET_BACK = timedelta(seconds=1)
"""A clock that shows so much less than before was set back; corrections in passing are smaller."""

_UNKNOWN = datetime.max.replace(tzinfo=timezone.utc)
"""What the clock showed before the start: it may have been anything."""


@dataclass(slots=True)
class Sending:
    """Looks for due deliveries until stopped."""

    dispatcher: Dispatcher
    interval_s: float = INTERVAL_S
    _under_way: dict[str, Thread] = field(default_factory=dict)
    _seen: datetime = _UNKNOWN

    def run(self, stop: Event) -> None:
        """Send until *stop* is set; then give what is under way some seconds to finish."""
        self._safely(self.dispatcher.reclaim)
        while not stop.wait(self.interval_s):
            self._safely(self._heed_the_clock)
            self._safely(lambda: self._start(stop))
        for thread in self._under_way.values():
            thread.join(STOP_WAIT_S / max(1, len(self._under_way)))

    def _heed_the_clock(self) -> None:
        now = self.dispatcher.clock.now()
        if now < self._seen - SET_BACK and (hastened := self.dispatcher.hasten()):
            logger().warning("the clock was set back: retries are sent at once", deliveries=hastened)
        self._seen = now

    def _start(self, stop: Event) -> None:
        self._under_way = {name: thread for name, thread in self._under_way.items() if thread.is_alive()}
        for subscription in self.dispatcher.subscribers.active():
            if subscription.id in self._under_way or len(self._under_way) >= AT_ONCE:
                continue
            if self.dispatcher.has_due(subscription):
                self._under_way[subscription.id] = self._drain(subscription.id, stop)

    def _drain(self, subscription_id: str, stop: Event) -> Thread:
        def drain() -> None:
            self._safely(lambda: self.dispatcher.drain(subscription_id, stop.is_set))

        thread = Thread(target=drain, name=f"send:{subscription_id}", daemon=True)
        thread.start()
        return thread

    @staticmethod
    def _safely(work: Callable[[], object]) -> None:
        try:
            work()
        except GuanxiError as error:
            logger().warning("deliveries wait", reason=error.code, detail=str(error))
        except Exception as error:
            # A thread must not die silently; the next turn tries again.
            logger().error("deliveries failed", exc_info=error)
