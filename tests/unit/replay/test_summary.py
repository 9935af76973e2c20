"""A replay's numbers add up, whatever was killed between."""

from services.replay.known import Counts
from services.replay.sending import Receipt, Refusal
from services.replay.summary import Summary


def test_duplicates_are_what_was_accepted_and_is_neither_new_nor_set_aside() -> None:
    summary = Summary()
    summary.add(Receipt(accepted=100, markers=3))
    summary.complete(
        Counts(events=40, dead_letters=1, decisions={"fired": 7}),
        Counts(events=100, dead_letters=3, decisions={"fired": 9, "resolved": 1}),
    )

    assert summary.duplicates == 38
    assert summary.decisions == {"fired": 2, "resolved": 1}
    assert summary.days_closed == 3


def test_all_refusals_are_counted_and_only_the_first_are_told_one_by_one() -> None:
    summary = Summary()
    for number in range(25):
        summary.refuse(Refusal(f"f:{number}", "unknown-type", "?"))

    assert summary.to_json()["rejected_by_reason"] == {"unknown-type": 25}
    assert len(summary.first_refusals) == 10
