"""How complete and how recent customers' files are: by field, by owner, and what is to be confirmed of whom.

Pure. It is told which fields are known, never what they say: no personal value can get into the report.
"""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

STALE_DAYS = 365
WORST = 20
NOBODY = "no owner"


@dataclass(frozen=True, slots=True)
class FileOf:
    """One customer's file: which fields are *known*, which of them *stale*, and the local day on which it was
    last updated or found right (None: never)."""

    customer: str
    member: bool
    known: Set[str]
    updated: int | None
    owner: str = ""
    stale: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldAsked:
    """A field of files: whether every file should have it, and after how many days it goes stale."""

    name: str
    wanted: bool = False
    stale_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class FieldKnown:
    """Of how many customers, and of how many members, one field is known, and of how many it is stale."""

    field: str
    customers: int
    percent: float
    members: int
    members_percent: float
    stale_after_days: int | None
    stale: int
    members_stale: int


@dataclass(frozen=True, slots=True)
class OwnerFiles:
    """The files of one owner: how many, how full on average; how many old, never begun, with stale fields."""

    owner: str
    customers: int
    complete_percent: float
    stale: int
    never: int
    to_confirm: int


@dataclass(frozen=True, slots=True)
class Gap:
    """A member's file that wants work most."""

    customer: str
    owner: str
    missing: tuple[str, ...]
    updated: int | None


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A customer of whose file some fields are stale."""

    customer: str
    member: bool
    owner: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Files:
    """The answer; *stale*: not updated for *stale_days*; *never*: no file at all; *to_confirm*: everybody of
    whose file some field is stale, members first."""

    customers: int
    members: int
    complete_percent: float
    stale_days: int
    stale: int
    never: int
    fields: tuple[FieldKnown, ...]
    owners: tuple[OwnerFiles, ...]
    gaps: tuple[Gap, ...]
    to_confirm: tuple[ToConfirm, ...]


def files(
    found: Sequence[FileOf], asked: Sequence[FieldAsked], today: int, stale_days: int = STALE_DAYS
) -> Files:
    """Add up *found* over the fields of the profile, on the day *today*."""
    fields = [each.name for each in asked]
    members = [each for each in found if each.member]
    whole = _owner("", found, fields, today - stale_days)
    grouped: dict[str, list[FileOf]] = {}
    for each in found:
        grouped.setdefault(each.owner or NOBODY, []).append(each)
    by_owner = [_owner(owner, side, fields, today - stale_days) for owner, side in grouped.items()]
    return Files(
        customers=len(found),
        members=len(members),
        complete_percent=whole.complete_percent,
        stale_days=stale_days,
        stale=whole.stale,
        never=whole.never,
        fields=tuple(_field(each, found, members) for each in asked),
        owners=tuple(sorted(by_owner, key=lambda each: (each.complete_percent, each.owner))),
        gaps=tuple(_gaps(members, [each.name for each in asked if each.wanted] or fields)),
        to_confirm=tuple(_to_confirm(found)),
    )


def _field(field: FieldAsked, found: Iterable[FileOf], members: Iterable[FileOf]) -> FieldKnown:
    known, known_members = ([field.name in each.known for each in side] for side in (found, members))
    stale, stale_members = (sum(field.name in each.stale for each in side) for side in (found, members))
    return FieldKnown(
        field.name,
        sum(known),
        _percent(known),
        sum(known_members),
        _percent(known_members),
        field.stale_after_days,
        stale,
        stale_members,
    )


def _owner(owner: str, found: Sequence[FileOf], fields: Sequence[str], stale_before: int) -> OwnerFiles:
    filled = [field in each.known for each in found for field in fields]
    stale = [each for each in found if each.updated is not None and each.updated < stale_before]
    never = [each for each in found if each.updated is None]
    confirm = sum(bool(each.stale) for each in found)
    return OwnerFiles(owner, len(found), _percent(filled), len(stale), len(never), confirm)


def _to_confirm(found: Iterable[FileOf]) -> list[ToConfirm]:
    """Members first, then who has most to confirm."""
    stale = [ToConfirm(each.customer, each.member, each.owner, each.stale) for each in found if each.stale]
    return sorted(stale, key=lambda each: (not each.member, -len(each.fields), each.customer))


def _gaps(members: Iterable[FileOf], fields: Sequence[str]) -> list[Gap]:
    """The members of whom least is known of *fields*, the longest untouched first."""
    gaps = [
        Gap(each.customer, each.owner, tuple(name for name in fields if name not in each.known), each.updated)
        for each in members
    ]
    wanting = [gap for gap in gaps if gap.missing]
    return sorted(wanting, key=lambda gap: (-len(gap.missing), gap.updated or 0, gap.customer))[:WORST]


def _percent(flags: Sequence[bool]) -> float:
    return round(100 * sum(flags) / len(flags), 1) if flags else 0.0
