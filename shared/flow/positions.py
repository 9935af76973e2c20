"""Watch whether the log still holds what every group has committed, and tell by a metric.

A service whose place in the log is gone stops, and can tell no more; so each process looks at all groups.
Reads only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread

from shared.bus.port import Bus
from shared.contracts.topics import READERS
from shared.errors import GuanxiError
from shared.telemetry import metrics
from shared.telemetry.logs import logger

INTERVAL_S = 10.0


@dataclass(frozen=True, slots=True)
class PositionWatch:
    """Looks every *interval_s* seconds, through a bus of its own, so that nobody waits for its questions."""

    open_bus: Callable[[], Bus]
    interval_s: float = INTERVAL_S

    def start(self, stop: Event) -> None:
        """Look until *stop* is set, in a thread that nobody has to wait for."""
        Thread(target=self._run, args=(stop,), name="positions", daemon=True).start()

    def _run(self, stop: Event) -> None:
        bus: Bus | None = None
        while not stop.wait(self.interval_s):
            try:
                bus = bus or self.open_bus()
                look(bus)
            except GuanxiError as error:
                logger().info("positions not looked at", code=error.code, detail=str(error))


def look(bus: Bus) -> None:
    """Look at every group once."""
    for topic, group in READERS:
        lost = sum(lag.is_lost for lag in bus.group_lag(topic, group))
        metrics.POSITIONS_LOST.labels(topic=topic, group=group).set(lost)
