"""Mend one fault of kafka-python 3.0.12: a join that ends between two polls is thrown away and begun again.

Each join of a leader makes every other member join again, so two members that poll briefly could go on so
for ever. The client begins anew when it finds its join done; shown as not done, its outcome is taken, which
is all that is left to do with it.
"""

from collections.abc import Callable
from typing import Any

import kafka


class _Outcome:
    """What the client waits for: told at once if it has come already, but never called done."""

    is_done = False

    def __init__(self, join: Any) -> None:
        self._join = join

    def add_callback(self, tell: Callable[[Any], None]) -> None:
        """Call *tell* with the result."""
        self._join.add_callback(tell)

    def add_errback(self, tell: Callable[[Any], None]) -> None:
        """Call *tell* with the error."""
        self._join.add_errback(tell)


def keep_join(client: kafka.KafkaConsumer) -> None:
    """Call before every poll: whatever became of a join that the last poll left behind is kept."""
    coordinator = client._coordinator  # noqa: SLF001 - the client offers no other door
    join = coordinator._join_task  # noqa: SLF001
    if join is not None and not isinstance(join, _Outcome):
        coordinator._join_task = _Outcome(join)  # noqa: SLF001
