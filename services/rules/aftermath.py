"""Everything that a release has decided, read from the store for its aftermath."""

from collections.abc import Iterator
from typing import Any

from shared.releases.aftermath import Aftermath, aftermath
from shared.releases.documents import Activation
from shared.store.port import Collection, Query


def decided_under(decisions: Collection, bad: Activation) -> Aftermath:
    """Everything that the release of *bad* has decided, while it was active."""
    return aftermath(bad.digest, _decisions(decisions, bad.digest))


def _decisions(decisions: Collection, release: str) -> Iterator[dict[str, Any]]:
    cursor: str | None = None
    while True:
        page = decisions.find(Query(filter={"release": release}, limit=1_000, cursor=cursor))
        yield from (found.document for found in page.documents)
        cursor = page.cursor
        if cursor is None:
            return
