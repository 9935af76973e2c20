"""Doing something at the start and again from time to time, in the background, whatever store or bus do.

An outage is a warning, and the next turn comes; faults of the program are not caught here.
"""

from collections.abc import Callable
from threading import Event

from shared.errors import GuanxiError
from shared.releases.reader import NoReleaseError
from shared.telemetry.logs import logger


def again(turn: Callable[[], object], every_s: float, stop: Event, trouble: str) -> None:
    """Take a *turn* every so many seconds until *stop* is set; *trouble* says what waits in an outage.

    Before the first release there is nothing to do and nothing to warn of.
    """
    while not stop.is_set():
        try:
            turn()
        except NoReleaseError:
            pass
        except GuanxiError as error:
            logger().warning(trouble, reason=error.code, detail=str(error))
        stop.wait(every_s)
