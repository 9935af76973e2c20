"""How a service process says that it is there, and how it is told to stop.

The same in every service; knows signals and the run file, nothing of what the service does.
"""

import gc
import os
import signal
from pathlib import Path
from threading import Event
from types import FrameType

import orjson

from shared.clock import Clock, to_rfc3339

STOP_WITHIN_S = 9.5
"""A service that was told to stop is gone by then: what it has not finished is done anew, as after a kill."""


def stop_on_signals(within_s: float = STOP_WITHIN_S) -> Event:
    """Return an event that SIGTERM and SIGINT set; a second signal changes nothing.

    Whoever has not ended *within_s* seconds after the first is ended by the system with SIGALRM, however it
    hangs; so exit code 0 says that the end was in order and in time.
    """
    stop = Event()

    def request_stop(_signal: int, _frame: FrameType | None) -> None:
        # Not merely handled: the interpreter gives handlers up while it ends, and would then die of a second.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if not stop.is_set():
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.setitimer(signal.ITIMER_REAL, within_s)
        stop.set()

    signal.signal(signal.SIGTERM, request_stop)
    signal.signal(signal.SIGINT, request_stop)
    return stop


def collect_garbage_rarely() -> None:
    """Tell the collector that what is loaded stays, and to look at the rest less often.

    A worker keeps many small objects between batches and makes hardly any cycles: with the interpreter's
    own thresholds a quarter of its time goes into looking at them again and again.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


class RunFile:
    """HOME/run/<member>.json: written when the service is ready to serve, removed at a clean stop."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock

    def announce(self, host: str, port: int) -> None:
        """Say which process serves where; replaces what a killed predecessor left."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        told = {
            "pid": os.getpid(),
            "host": host,
            "port": port,
            "started_at": to_rfc3339(self._clock.now()),
        }
        unfinished = self._path.with_suffix(".tmp")
        unfinished.write_bytes(orjson.dumps(told))
        unfinished.replace(self._path)

    def remove(self) -> None:
        """Take the announcement back, if it is still ours."""
        try:
            if orjson.loads(self._path.read_bytes())["pid"] == os.getpid():
                self._path.unlink()
        except (OSError, ValueError, KeyError):
            return
