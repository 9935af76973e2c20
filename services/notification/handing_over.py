"""The new owner of a care task finds in the inbox that it is theirs now, from whom and why.

The message is stored in the task first and taken out once it is in the inbox, so that whatever is interrupted
can be resumed, and nobody is told of a change that did not happen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from threading import Event
from typing import Any

from services.notification.again import again
from services.notification.ids import derived_id
from services.notification.tasks import owner_told, with_message
from shared.model.values import in_language
from shared.store.port import Collection, Document, Query, Replacement, Versioned

KIND = "assign_task"
RESUME_EVERY_S = 10.0

_SUBJECT = {"en": "Yours now: {title}, {customer}", "zh": "已转交给您：{title}，{customer}"}
_BODY = {
    "en": "{by} handed it over from {before}: {reason}. Due on {due}.",
    "zh": "{by} 由 {before} 转交，原因：{reason}。截止日期 {due}。",
}


def with_notice(task: Document, step: Mapping[str, Any], version: int) -> Document:
    """*task*, just handed over by *step* and to be stored as *version*, with what its owner is to be told.

    Who takes a task over themselves need not be told.
    """
    return task if step["by"] == task["owner"] else with_message(task, message(task, step, version))


def message(task: Document, step: Mapping[str, Any], version: int) -> Document:
    """What the new owner finds; *version* makes each handing over one of its own."""
    words = {
        "customer": task["customer"],
        "by": step["by"],
        "before": step["from"],
        "reason": step["reason"],
        "due": task["due_date"],
    }

    def said(texts: Mapping[str, str]) -> dict[str, str]:
        titles = {code: in_language(task["title"], code) or task["task"] for code in texts}
        return {code: text.format(**words, title=titles[code]) for code, text in texts.items()}

    return {
        "_id": derived_id("ntf", KIND, task["_id"], str(version)),
        "created_at": step["at"],
        "group": None,
        "subject": said(_SUBJECT),
        "body": said(_BODY),
        "customer": task["customer"],
        "day": date.fromisoformat(step["at"][:10]).toordinal(),
        "route": "",
        "kind": KIND,
        "decision": task["opened_by"],
        "rule": task["rule"],
        "policy": task["policy"],
        "to": task["owner"],
    }


@dataclass(frozen=True, slots=True)
class OwnerNotices:
    """Puts what tasks hold for their new owners into the inbox. May be used by several threads."""

    tasks: Collection
    inbox: Collection

    def tell(self, found: Versioned) -> Versioned:
        """Tell the owner, if there is anything to tell; return the task as it is then."""
        told = found.document.get("telling")
        if told is None:
            return found
        self.inbox.insert_absent([told])
        after = owner_told(found.document)
        conflict = self.tasks.replace([Replacement(after, found.version)])
        return found if conflict else Versioned(after, found.version + 1)

    def resume(self) -> int:
        """Tell what was interrupted; return of how many tasks."""
        waiting = self.tasks.find(Query(filter={"telling._id": {"$exists": True}})).documents
        for found in waiting:
            self.tell(found)
        return len(waiting)

    def run(self, stop: Event) -> None:
        """Resume at the start and from time to time until *stop* is set."""
        again(self.resume, RESUME_EVERY_S, stop, "new owners cannot be told")
