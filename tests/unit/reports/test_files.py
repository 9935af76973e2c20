"""Files: what is known by field and owner, what is stale, and whom to ask first."""

from shared.reports.files import NOBODY, FileOf, files

FIELDS = ("name", "phone")
TODAY = 734_000


def file(
    customer: str, known: str = "", *, member: bool = False, updated: int | None = None, owner: str = ""
) -> FileOf:
    return FileOf(customer, member, frozenset(known.split()), updated, owner)


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

    assert [(each.customer, each.missing) for each in found.gaps] == [("wu", FIELDS), ("li", ("phone",))]
