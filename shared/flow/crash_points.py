"""Named places where a test may end the process, as a power cut would.

``GUANXI_CRASH_AT=rules:after-documents:3`` kills the process the third time the rules service gets there.
Without that setting `reach` is a no-op.
"""

import os
import signal
from collections.abc import Callable


def _never(point: str) -> None:
    """Do nothing."""


def crash_points(service: str, setting: str) -> Callable[[str], None]:
    """Return the function that services call at each named point; *setting* is ``service:point[:nth]``."""
    wanted_service, _, rest = setting.partition(":")
    if not setting or wanted_service != service:
        return _never
    wanted_point, _, nth = rest.partition(":")
    remaining = int(nth or 1)

    def reach(point: str) -> None:
        nonlocal remaining
        if point != wanted_point:
            return
        remaining -= 1
        if remaining == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach
