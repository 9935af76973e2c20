"""What the close of a day owes for tasks that stay undone: the stage's part of `escalating`.

Reads tasks as people left them; writes nothing itself.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from services.notification.contacts import ContactRecord
from services.notification.deliveries import delivery_document
from services.notification.escalating import Overdue, escalates_on, is_told_on, marking, messages, notice_of
from services.notification.limits import INBOX
from services.notification.notices import Notice, outgoing
from services.notification.open_tasks import OpenTasks
from services.notification.subscriptions import Subscription
from shared.customer.local_time import LocalTime
from shared.flow.processor import Amendment, Effects
from shared.model.rules import Bundle
from shared.store.port import Collection, Document
from shared.telemetry import metrics


class Bundles(Protocol):
    """Where the release that a task was ordered by is found."""

    def bundle(self, digest: str) -> Bundle:
        """The release with *digest*; may raise RetryLaterError or StopError."""


@dataclass(frozen=True, slots=True)
class OverdueTasks:
    """Looks at tasks whose time has come. A task that was put off is looked at again on its new day."""

    tasks: Collection
    inbox: Collection
    deliveries: Collection
    open: OpenTasks
    releases: Bundles

    def close_day(self, state: ContactRecord, day: int, subscribers: Sequence[Subscription]) -> Effects:
        """Tell of the customer's tasks that stayed undone for too long by the close of *day*."""
        effects = Effects()
        by_release: dict[str, list[Document]] = {}
        for task in self._told(state, day):
            by_release.setdefault(task["release"], []).append(task)
        for release, tasks in by_release.items():
            bundle = self.releases.bundle(release)
            if (rule := bundle.notifications.escalation) is not None:
                end = _local_time(bundle.catalogue.timezone).end_of(day)
                self._tell(Overdue(rule, day, end, tasks), subscribers, effects)
        return effects

    def _told(self, state: ContactRecord, day: int) -> Iterable[Document]:
        """The tasks to tell of; each of the others gets its next day, if it has one."""
        tracks = state.tasks or {}
        due = {k: each for k, each in tracks.items() if each.escalates_on and each.escalates_on <= day}
        known = self.open.known(due.values())
        for kind, track in due.items():
            task = known.get(track.id)
            again = None if task is None else self._put_off(task, day)
            tracks[kind] = replace(track, escalates_on=again)
            if task is not None and again is None and is_told_on(task, day):
                yield task

    def _put_off(self, task: Document, day: int) -> int | None:
        """The later day on which *task* is looked at again, because somebody put it off."""
        on = escalates_on(task["due_day"], self.releases.bundle(task["release"]))
        is_later = on is not None and on > day and task.get("escalated_day") is None
        return on if is_later else None

    def _tell(self, overdue: Overdue, subscribers: Sequence[Subscription], effects: Effects) -> None:
        for task in overdue.tasks:
            effects.amendments.append(Amendment(self.tasks, task["_id"], marking(overdue, task)))
            notice = notice_of(overdue, task)
            for channel in overdue.rule.channels:
                self._send(notice, channel, subscribers, effects)
        if INBOX in overdue.rule.channels:
            for name, (begun, change) in messages(overdue).items():
                effects.documents.append((self.inbox, begun))
                effects.amendments.append(Amendment(self.inbox, name, change))

    def _send(
        self, notice: Notice, channel: str, subscribers: Sequence[Subscription], effects: Effects
    ) -> None:
        route = notice.notification.route
        waiting = [each for each in subscribers if each.kind == channel and each.wants(route)]
        if channel != INBOX and not waiting:
            return
        sent = notice.through(channel, "sent" if channel == INBOX else "queued")
        told = sent.notification
        effects.documents += [(self.deliveries, delivery_document(sent, each, None)) for each in waiting]
        effects.messages.append(outgoing(told))
        metrics.NOTIFICATIONS.labels(channel=told.channel, outcome=told.outcome).inc()


@lru_cache(maxsize=8)
def _local_time(timezone: str) -> LocalTime:
    return LocalTime(timezone)
