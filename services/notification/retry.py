"""When a webhook that failed is tried again, and when its subscriber is given up.

Pure; the schedule is the one Standard Webhooks recommends, ten attempts over some three days.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

DELAYS_S = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Delay before each attempt, from the one before."""

JITTER = 0.1
"""A delay is lengthened by up to this share, so that receivers are not hit by all at once."""

LONGEST_RETRY_AFTER_S = 86_400.0
GIVE_UP_AFTER = timedelta(days=5)
"""A subscriber that only failed for so long is disabled."""

THROTTLED = frozenset({429, 502, 503, 504})
"""Statuses that ask for fewer requests, not only for another try of this one."""


@dataclass(frozen=True, slots=True)
class Result:
    """How one attempt to send went. *outcome* is delivered, failed, gone or refused.

    refused: never sent, and trying again would not help (the address is not allowed).
    """

    outcome: str
    detail: str = ""
    status: int | None = None
    excerpt: str = ""
    retry_after_s: float | None = None
    duration_ms: int = 0

    @property
    def throttled(self) -> bool:
        """Whether the receiver asked for fewer requests."""
        return self.status in THROTTLED


def next_attempt(at: datetime, attempts: int, retry_after_s: float | None, random: float) -> datetime | None:
    """When to try after the *attempts*-th failed at *at*; None when the schedule is used up.

    *random* in [0, 1) spreads the delay. A longer Retry-After wins.
    """
    if attempts >= len(DELAYS_S):
        return None
    delay_s = DELAYS_S[attempts] * (1 + JITTER * random)
    if retry_after_s is not None:
        delay_s = max(delay_s, min(retry_after_s, LONGEST_RETRY_AFTER_S))
    return at + timedelta(seconds=delay_s)
