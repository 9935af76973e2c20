"""Whether an installation is at rest: no service runs on it, and its bus owes nothing to anyone.

Looks only. What moves or copies data asks here first.
"""

from services.cli.running import running_services
from services.replay.waiting import lags
from shared.bus.open import open_bus
from shared.bus.port import Bus
from shared.config import Config
from shared.contracts.topics import ALL
from shared.errors import StopError, UnknownTopicError


class StillRunningError(StopError):
    """Services run on this home directory."""

    code = "still-running"


class NotDrainedError(StopError):
    """Messages on the bus are not dealt with yet, or its partitions are not those of the settings."""

    code = "not-drained"


def require_stopped(config: Config) -> None:
    """Raise `StillRunningError`, which says how to stop them, if any service runs."""
    if running := running_services(config.run_dir):
        who = ", ".join(f"{each.member} (process {each.pid})" for each in running)
        raise StillRunningError(
            f"still running on {config.home}: {who}; stop `guanxi up` with Ctrl-C, or each process with"
            " kill -TERM, and wait until they have ended"
        )


def require_drained(config: Config) -> None:
    """Raise `NotDrainedError` unless every group has dealt with everything on the bus.

    Then nothing is owed: a group commits only after what it had to publish was acknowledged.
    """
    bus = open_bus(config.bus_url)
    try:
        _require_same_partitions(bus, config.partitions)
        behind = [lag for lag in lags(bus) if lag.records]
    finally:
        bus.close()
    if behind:
        told = ", ".join(f"{lag.group} by {lag.records:,} on {lag.topic}" for lag in behind)
        raise NotDrainedError(
            f"not everything is dealt with; behind are {told}. Start `guanxi up`, send nothing, wait until"
            " `guanxi status` says that nobody is behind, and stop it again"
        )


def _require_same_partitions(bus: Bus, partitions: int) -> None:
    for topic in ALL:
        try:
            found = bus.partitions(topic.name)
        except UnknownTopicError:
            continue
        if found != partitions:
            raise NotDrainedError(
                f"{topic.name} has {found} partitions and GUANXI_PARTITIONS says {partitions}: customers"
                f" would change their partitions; set GUANXI_PARTITIONS={found}, here and for the services"
            )
