"""The live clock: writes a day's marker when the local day has closed, plus the lateness allowed.

Runs in every scoring process; a second marker for the same day is ignored by whoever reads it.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from shared.bus.port import Producer
from shared.clock import Clock, to_rfc3339
from shared.contracts.cloudevents import CloudEvent, to_message
from shared.contracts.topics import EVENTS, EventTypes
from shared.errors import RetryLaterError
from shared.flow.runner import StopSignal
from shared.releases.reader import ReleaseReader
from shared.telemetry.logs import logger

ALLOWED_LATENESS = timedelta(hours=2)
INTERVAL_S = 5.0


def day_marker(day: date, time: str) -> CloudEvent:
    """The marker that closes local *day*; its id is derived, so that repeats are seen."""
    return CloudEvent(
        id=f"day-{day.isoformat()}",
        source="guanxi/scoring",
        type=EventTypes.DAY_CLOSED,
        subject="",
        time=time,
        data={"day": day.isoformat()},
    )


@dataclass(slots=True)
class DayClock:
    """Closes days by wall time."""

    releases: ReleaseReader
    producer: Producer
    partitions: int
    clock: Clock
    _closed: date | None = None

    def run(self, stop: StopSignal) -> None:
        """Look at the clock until *stop* is set."""
        while not stop.wait(INTERVAL_S):
            try:
                self.tick()
            except RetryLaterError as error:
                logger().warning("the day cannot be closed yet", reason=str(error))

    def tick(self) -> None:
        """Write the marker of the last day that has closed, unless this process did already."""
        zone = ZoneInfo(self.releases.bundle(self.releases.active().digest).catalogue.timezone)
        now = self.clock.now()
        day = (now - ALLOWED_LATENESS).astimezone(zone).date() - timedelta(days=1)
        if self._closed is not None and day <= self._closed:
            return
        marker = day_marker(day, to_rfc3339(now))
        messages = [to_message(marker, partition) for partition in range(self.partitions)]
        self.producer.send(EVENTS.name, messages)
        self._closed = day
