"""Messages for people who look in Guanxi itself: a document, nothing is sent.

Pure; the stage inserts the document before it remembers the decision.
"""

from services.notification.notices import Notice
from shared.store.port import Document

_KEPT = ("customer", "day", "route", "kind", "decision", "rule", "policy", "to")


def inbox_document(notice: Notice) -> Document:
    """The stored form of *notice* for its recipient."""
    notification = notice.notification
    return {
        "_id": notification.id,
        "created_at": notification.as_of,
        "group": notice.group or None,
        "subject": dict(notification.subject),
        "body": dict(notification.body),
        **{name: getattr(notification, name) for name in _KEPT},
    }
