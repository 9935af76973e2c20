"""Amendments of side documents: each applied once, on every store, whoever else changes the document."""

from functools import partial

import pytest

from shared.flow.amending import amend
from shared.flow.processor import Amendment
from shared.store.port import Collection, CollectionSpec, Document, Replacement, Store

NOTES = CollectionSpec("notes", owner="contract")


@pytest.fixture
def notes(store: Store) -> Collection:
    return store.collection(NOTES)


def noted(note: Document, line: str) -> Document:
    """*note* with *line*, once."""
    return note if line in note["lines"] else {**note, "lines": [*note["lines"], line]}


def noting(notes: Collection, name: str, line: str) -> Amendment:
    return Amendment(notes, name, partial(noted, line=line))


def lines(notes: Collection, name: str) -> list[str]:
    found: list[str] = notes.get_many([name])[name].document["lines"]
    return found


def test_amendments_of_one_document_apply_in_order_in_one_write(notes: Collection) -> None:
    notes.insert_absent([{"_id": "a", "lines": []}, {"_id": "b", "lines": []}])

    amend([noting(notes, "a", "one"), noting(notes, "b", "only"), noting(notes, "a", "two")])

    assert (lines(notes, "a"), lines(notes, "b")) == (["one", "two"], ["only"])
    assert notes.get_many(["a"])["a"].version == 2


def test_what_was_applied_before_is_not_written_again(notes: Collection) -> None:
    notes.insert_absent([{"_id": "a", "lines": []}])
    amend([noting(notes, "a", "one")])

    amend([noting(notes, "a", "one")])

    assert notes.get_many(["a"])["a"].version == 2


def test_a_document_that_is_gone_is_left_alone(notes: Collection) -> None:
    amend([noting(notes, "gone", "one")])

    assert notes.get_many(["gone"]) == {}


def test_a_change_made_by_somebody_else_meanwhile_is_kept(notes: Collection) -> None:
    notes.insert_absent([{"_id": "a", "lines": []}])
    interrupted = []

    def overtaken(note: Document) -> Document:
        if not interrupted:
            interrupted.append(note)
            found = notes.get_many(["a"])["a"]
            notes.replace([Replacement(noted(found.document, "theirs"), found.version)])
        return noted(note, "ours")

    amend([Amendment(notes, "a", overtaken)])

    assert lines(notes, "a") == ["theirs", "ours"]
