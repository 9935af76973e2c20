"""Files: what is known by field and owner, what is stale, and whom to ask first."""

from shared.reports.files import NOBODY, FieldAsked, FileOf, files

NAMES = ("name", "phone")
FIELDS = tuple(map(FieldAsked, NAMES))
TODAY = 734_000


def file(
    customer: str,
    known: str = "",
    *,
    member: bool = False,
    updated: int | None = None,
    owner: str = "",
    stale: str = "",
) -> FileOf:
    return FileOf(customer, member, frozenset(known.split()), updated, owner, tuple(stale.split()))


def test_a_field_is_counted_for_all_and_for_members() -> None:
    found = files([file("li", "name", member=True), file("wu", "name phone")], FIELDS, TODAY)

    assert [(each.field, each.percent, each.members_percent) for each in found.fields] == [
        ("name", 100.0, 100.0), ("phone", 50.0, 0.0),
    ]  # fmt: skip
    assert found.complete_percent == 75.0


def test_a_file_is_stale_after_its_days_and_one_that_was_never_begun_is_told_apart() -> None:
    found = files(
        [file("li", updated=TODAY - 30), file("wu", updated=TODAY - 31), file("he")],
        FIELDS,
        TODAY,
        stale_days=30,
    )

    assert (found.stale, found.never) == (1, 1)


def test_owners_stand_with_the_emptiest_files_first() -> None:
    found = files(
        [file("li", "name phone", owner="wang"), file("wu", "name", owner="zhao"), file("he")], FIELDS, TODAY
    )

    assert [(each.owner, each.complete_percent) for each in found.owners] == [
        (NOBODY, 0.0), ("zhao", 50.0), ("wang", 100.0),
    ]  # fmt: skip


def test_only_members_with_gaps_are_to_be_asked_the_emptiest_first() -> None:
    members = [
        file("li", "name", member=True),
        file("wu", member=True),
        file("he", "name phone", member=True),
    ]

    found = files([*members, file("no")], FIELDS, TODAY)

    assert [(each.customer, each.missing) for each in found.gaps] == [("wu", NAMES), ("li", ("phone",))]


def test_where_something_is_wanted_only_that_is_missing() -> None:
    asked = (FieldAsked("name"), FieldAsked("phone", wanted=True))
    found = files([file("li", "phone", member=True), file("wu", "name", member=True)], asked, TODAY)

    assert [(each.customer, each.missing) for each in found.gaps] == [("wu", ("phone",))]


def test_stale_fields_are_counted_by_field_for_all_and_for_members() -> None:
    asked = (FieldAsked("name"), FieldAsked("phone", stale_after_days=365))
    both = [file("li", "name phone", member=True, stale="phone"), file("wu", "name phone", stale="phone")]

    (name, phone) = files([*both, file("he", "phone")], asked, TODAY).fields

    assert (name.stale_after_days, name.stale) == (None, 0)
    assert (phone.stale_after_days, phone.stale, phone.members_stale) == (365, 2, 1)


def test_members_are_to_confirm_first_and_then_who_has_most() -> None:
    found = files(
        [
            file("an", "name phone", stale="name", owner="wang"),
            file("bo", "name phone", stale="name phone"),
            file("li", "name phone", member=True, stale="phone"),
            file("wu", "name phone", member=True),
        ],
        FIELDS,
        TODAY,
    )

    assert [(each.customer, each.fields) for each in found.to_confirm] == [
        ("li", ("phone",)), ("bo", ("name", "phone")), ("an", ("name",)),
    ]  # fmt: skip
    assert {each.owner: each.to_confirm for each in found.owners} == {"wang": 1, NOBODY: 2}
