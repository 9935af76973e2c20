"""What "now" is when somebody works on a task: the wall clock's, or the customer's last instant."""

from datetime import datetime

from shared.clock import Clock, from_rfc3339
from shared.store.port import Collection, Document


def instant(
    task: Document, contacts: Collection, clock: Clock | None, given: datetime | None = None
) -> datetime:
    """*given*, else now by *clock*; without one by the events seen. Never before the task was opened."""
    opened = from_rfc3339(task["opened_at"])
    if given is not None:
        return max(given, opened)
    if clock is not None:
        return max(clock.now().replace(microsecond=0), opened)
    found = contacts.get_many([task["customer"]]).get(task["customer"])
    return max(opened, from_rfc3339(found.document["last_as_of"])) if found else opened
