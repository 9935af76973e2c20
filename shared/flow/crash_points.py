"""Named places where a test may end the process, as a power cut would.

``GUANXI_CRASH_AT=rules:after-documents:3`` kills the process the third time the rules service gets there.
Without that setting `reach` is a no-op. Every place is declared here, so that the tests visit them all.
"""

import os
import signal
from collections.abc import Callable, Mapping

from shared.errors import ConfigError

Reach = Callable[[str], None]
"""Called at each named point."""

STAGE = (
    "after-read",
    "after-recovery",
    "before-side-documents",
    "before-amendments",
    "after-side-documents",
    "after-documents",
    "after-publish",
    "before-commit",
    "after-commit",
)
"""A worker's batch: polled, debts published, inserted, amended, stored, published, committed."""

SETTING_ASIDE = ("before-dead-letter", "after-dead-letter")

ACTIVATION = ("before-activation", "before-announce", "after-announce")
"""A release that becomes active: allowed, stored, told to every partition. A start tells once more."""

DIGEST = ("before-digest", "after-digest", "after-digest-deliveries", "after-digest-inbox")
"""A manager's digest: about to be kept, kept, its deliveries inserted, its message inserted."""

POINTS: Mapping[str, tuple[str, ...]] = {
    "ingest": (
        "before-append",
        "after-append",
        "inbound-after-read",
        "inbound-after-append",
        "inbound-after-letters",
        "inbound-after-commit",
        "letters-after-read",
        "letters-before-commit",
        "letters-after-commit",
        "after-claim",
        "after-resend",
    ),
    "scoring": STAGE + SETTING_ASIDE,
    "rules": (*STAGE, *SETTING_ASIDE, *ACTIVATION),
    "notification": (
        *STAGE,
        *SETTING_ASIDE,
        *DIGEST,
        "before-send",
        "after-send",
        "before-outcome",
        "after-outcome",
    ),
}


def never(point: str) -> None:
    """Do nothing."""


def crash_points(service: str, setting: str) -> Reach:
    """Return the function that services call at each named point; *setting* is ``service:point[:nth]``.

    Raises `ConfigError` for a point that does not exist: a test that never crashes would prove nothing.
    """
    wanted_service, _, rest = setting.partition(":")
    if not setting or wanted_service != service:
        return never
    wanted_point, _, nth = rest.partition(":")
    if wanted_point not in POINTS[service]:
        raise ConfigError([f"GUANXI_CRASH_AT: {service} has no point {wanted_point!r}"])
    remaining = int(nth or 1)

    def reach(point: str) -> None:
        nonlocal remaining
        if point != wanted_point:
            return
        remaining -= 1
        if remaining == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    return reach
