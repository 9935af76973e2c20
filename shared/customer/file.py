"""What a customer's file lacks, and what in it grew old: field by field, and when the next will.

Pure. A field counts from the day of its latest word or, if that is later, the day on which it was found
right. So the order in which events come makes no difference.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from shared.customer.local_time import LocalTime
from shared.model.catalogue import EventType
from shared.model.values import FactValue, Text

MISSING, MISSING_COUNT = "file_missing_fields", "file_missing_count"
"""Facts of releases that want something in every file."""

STALE, STALE_COUNT = "file_stale_fields", "file_stale_count"
"""Facts of releases in which something in files goes stale."""

COUNTED: Mapping[str, str] = {MISSING_COUNT: MISSING, STALE_COUNT: STALE}
"""Of which fact a fact is the number of names."""

WHOLE_FILE = ""
"""Instead of a field's name: all that the file says was found right."""

Confirmed = Mapping[str, int]
"""By field, or for `WHOLE_FILE`, the last local day on which it was found right."""


@dataclass(frozen=True, slots=True)
class FileField:
    """One field of files, as events.yaml declares it."""

    name: str
    title: Text
    wanted: bool
    stale_after_days: int | None


@dataclass(frozen=True, slots=True)
class KnownField:
    """A known field: the day it was *given*, the day it was last *checked*, and its first stale day."""

    name: str
    given: int
    checked: int
    stale_from: int | None  # None: it never goes stale

    def is_stale(self, day: int) -> bool:
        """Whether it is to be confirmed on *day*."""
        return self.stale_from is not None and self.stale_from <= day


@dataclass(frozen=True, slots=True, eq=False)
class FileStanding:
    """The facts of one file by *model*; they hold from *first_day* on until *next_change*."""

    model: "FileModel"
    facts: Mapping[str, FactValue]
    first_day: float = float("-inf")
    next_change: int | None = None

    def holds(self, model: "FileModel", day: int) -> bool:
        """Whether *model* says the same on *day*, if no event has come."""
        until = self.next_change
        return self.model is model and self.first_day <= day and (until is None or day < until)


@dataclass(frozen=True, eq=False)
class FileModel:
    """What one release asks of files."""

    fields: tuple[FileField, ...]
    local_time: LocalTime

    @cached_property
    def wanted(self) -> tuple[str, ...]:
        """The fields that every file should have."""
        return tuple(each.name for each in self.fields if each.wanted)

    @cached_property
    def stale_after(self) -> Mapping[str, int]:
        """After how many days a field goes stale; those that never do are left out."""
        after = {each.name: each.stale_after_days for each in self.fields}
        return {name: days for name, days in after.items() if days is not None}

    def known(self, profile: Sequence[Sequence[Any]], confirmed: Confirmed) -> list[KnownField]:
        """Every field that *profile* knows, in the order of the catalogue."""
        given = {
            name: self.local_time.day_of(f"{update[0]}Z")
            for update in profile
            for name, value in update[3].items()
            if value is not None
        }
        whole = confirmed.get(WHOLE_FILE, 0)
        return [
            self._known(each, given[each.name], max(whole, confirmed.get(each.name, 0)))
            for each in self.fields
            if each.name in given
        ]

    def _known(self, each: FileField, given: int, confirmed: int) -> KnownField:
        checked = max(given, confirmed)
        stale_from = None if each.stale_after_days is None else checked + each.stale_after_days + 1
        return KnownField(each.name, given, checked, stale_from)

    def standing(self, profile: Sequence[Sequence[Any]], confirmed: Confirmed, day: int) -> FileStanding:
        """Return the facts of a file on *day*."""
        if not self.wanted and not self.stale_after:
            return FileStanding(self, {})
        known = self.known(profile, confirmed)
        turns = [each.stale_from for each in known if each.stale_from is not None]
        first = max((turn for turn in turns if turn <= day), default=float("-inf"))
        following = min((turn for turn in turns if turn > day), default=None)
        return FileStanding(self, self._facts(known, day), first, following)

    def _facts(self, known: Sequence[KnownField], day: int) -> dict[str, FactValue]:
        facts: dict[str, FactValue] = {}
        if self.wanted:
            names = {each.name for each in known}
            missing = tuple(name for name in self.wanted if name not in names)
            facts[MISSING_COUNT], facts[MISSING] = len(missing), missing
        if self.stale_after:
            stale = tuple(each.name for each in known if each.is_stale(day))
            facts[STALE_COUNT], facts[STALE] = len(stale), stale
        return facts


def file_fields(events: Iterable[EventType]) -> tuple[FileField, ...]:
    """The fields of files; where several events set one, it is asked what any of them asks, the soonest."""
    found: dict[str, FileField] = {}
    for event in events:
        if event.sets_profile:
            for field in event.fields.values():
                first = found.get(field.name)
                after = [field.stale_after_days, first.stale_after_days if first else None]
                found[field.name] = FileField(
                    field.name,
                    first.title if first else field.title,
                    field.wanted or (first is not None and first.wanted),
                    min((days for days in after if days is not None), default=None),
                )
    return tuple(found.values())
