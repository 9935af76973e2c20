"""Customers kept in memory between batches, so that the busy ones are neither read nor parsed again.

A subject is lent to one unit of work and comes back only when its write succeeded; if another process
wrote meanwhile, compare-and-set finds out and the whole cache is dropped.
"""

from collections import OrderedDict
from typing import Generic, TypeVar

from shared.flow.subject import Subject

S = TypeVar("S")


class SubjectCache(Generic[S]):
    """At most *capacity* subjects, least recently used ones leave first."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._subjects: OrderedDict[str, Subject[S]] = OrderedDict()

    def lend(self, key: str) -> Subject[S] | None:
        """Hand *key*'s subject out; it is no longer kept here."""
        return self._subjects.pop(key, None)

    def keep(self, subject: Subject[S]) -> None:
        """Keep a subject whose stored document is exactly its state."""
        self._subjects[subject.key] = subject
        if len(self._subjects) > self._capacity:
            self._subjects.popitem(last=False)

    def clear(self) -> None:
        """Forget everything."""
        self._subjects.clear()
