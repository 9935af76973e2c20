"""Which switches apply to which message: once settled it stays so, whoever works on the partition."""

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from services.rules.switching import Switching
from shared.clock import ManualClock
from shared.model.rules import Bundle
from shared.policy.release import build, load_directory
from shared.store.collections import RELATIONSHIPS, SWITCHES
from shared.store.open import open_store
from shared.store.port import Store
from shared.switches.board import SwitchBoard
from shared.switches.model import SwitchKind

RULES = Path(__file__).parents[3] / "rules"
LOG = "log-1"
RULE = "demote-core"


class Desk:
    """A store with switches and any number of processes that heed them."""

    def __init__(self, store: Store) -> None:
        self.clock = ManualClock(datetime(2026, 1, 1, tzinfo=timezone.utc))
        self.store = store
        self.board = SwitchBoard(store.collection(SWITCHES), self.clock)
        built = build(load_directory(RULES)).bundle
        assert built is not None
        self.bundle: Bundle = built

    def process(self) -> Switching:
        return Switching(self.board, self.store.collection(RELATIONSHIPS), refresh_s=0)

    def applied(self, offset: int) -> None:
        document = {"_id": f"c{offset}", "partition": 0, "offset": offset, "log": LOG}
        self.store.collection(RELATIONSHIPS).insert_absent([document])

    def held(self, process: Switching, offset: int, customer: str = "li") -> dict[str, str]:
        return dict(process.held(offset, self.bundle, customer, {"segment": "value"}))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = open_store(f"sqlite:///{tmp_path}/")
    yield Desk(store)
    store.close()


def test_without_switches_nothing_is_written_or_held(desk: Desk) -> None:
    process = desk.process()
    process.begin(LOG, 0, 0)
    assert not process.is_on
    assert desk.store.collection(SWITCHES).count_by([]) == {(): 0}


def test_a_pause_applies_from_the_batch_that_sees_it_and_ends_likewise(desk: Desk) -> None:
    process = desk.process()
    process.begin(LOG, 0, 0)
    desk.board.pause(RULE, "anna", "odd")
    process.begin(LOG, 0, 10)
    assert desk.held(process, 9) == {}
    assert desk.held(process, 10) == {RULE: "paused:1"}
    desk.board.resume(RULE, "anna", "fine")
    process.begin(LOG, 0, 20)
    assert (desk.held(process, 19), desk.held(process, 20)) == ({RULE: "paused:1"}, {})


def test_a_batch_worked_on_again_reads_what_was_settled_before_the_crash(desk: Desk) -> None:
    desk.board.pause(RULE, "anna", "odd")
    desk.process().begin(LOG, 0, 10)
    desk.applied(14)  # then the process died; meanwhile the pause ended
    desk.board.resume(RULE, "anna", "fine")
    again = desk.process()
    again.begin(LOG, 0, 8)
    assert [bool(desk.held(again, offset)) for offset in (8, 9, 10, 14, 15, 20)] == [
        False, False, True, True, False, False,
    ]  # fmt: skip


def test_a_process_that_had_the_partition_before_learns_what_others_settled(desk: Desk) -> None:
    first, second = desk.process(), desk.process()
    first.begin(LOG, 0, 0)
    desk.board.pause(RULE, "anna", "odd")
    second.begin(LOG, 0, 10)
    desk.board.pause("promote-core", "anna", "odd")
    first.begin(LOG, 0, 20)
    assert desk.held(first, 12) == {RULE: "paused:1"}
    assert desk.held(first, 20) == {RULE: "paused:1", "promote-core": "paused:2"}


def test_another_log_starts_anew(desk: Desk) -> None:
    desk.board.pause(RULE, "anna", "odd")
    process = desk.process()
    process.begin(LOG, 0, 50)
    desk.applied(60)
    process.begin("log-2", 0, 0)
    assert desk.held(process, 0) == {RULE: "paused:1"}


def test_a_silence_comes_and_goes_with_its_time_and_fits_its_customer(desk: Desk) -> None:
    now = desk.clock.now()
    times = {
        "starts": (now + timedelta(hours=1)).isoformat(),
        "until": (now + timedelta(hours=2)).isoformat(),
    }
    desk.board.set(SwitchKind.SILENCE, "anna", "quiet", customer="li", **times)
    process = desk.process()
    seen = []
    for batch in range(3):
        process.begin(LOG, 0, batch * 10)
        held = desk.held(process, batch * 10)
        seen.append((bool(held), set(held.values()), desk.held(process, batch * 10, "wang")))
        desk.clock.advance(3_600)
    assert [each[0] for each in seen] == [False, True, False]
    assert all(each[2] == {} for each in seen)
    assert seen[1][1] == {"silenced:1"}


def test_a_silence_holds_alerts_and_tasks_but_neither_facts_nor_tiers(desk: Desk) -> None:
    until = (desk.clock.now() + timedelta(hours=1)).isoformat()
    desk.board.set(SwitchKind.SILENCE, "anna", "quiet", segment="value", until=until)
    process = desk.process()
    process.begin(LOG, 0, 0)
    held = desk.held(process, 0)
    assert "alert-churn" in held
    assert held.keys().isdisjoint({"segment-value", "promote-core", "demote-core"})


def test_a_brake_is_one_at_a_time_and_a_switch_is_ended_once(desk: Desk) -> None:
    for _ in range(2):
        assert desk.board.brake(RULE, "budget", {"day": 1, "waiting": []}).number == 1
    desk.board.end(1, "anna", "meant")
    assert desk.board.open() == []
    assert desk.board.brake(RULE, "budget", {"day": 2, "waiting": []}).number == 3
