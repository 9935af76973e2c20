"""Rule files become a release once they are right; until then the old one stays and people learn why."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from services.rules.composing import release_office
from services.rules.releases import Releases
from services.rules.watcher import RulesWatcher
from shared.clock import SystemClock
from shared.errors import StopError, StoreUnavailableError
from shared.releases.people import operator
from shared.store.collections import RELEASES
from shared.store.open import open_store
from tests.unit.rules_service.conftest import PARTITIONS, Office, office_of

MEMBERSHIP = "policies/membership.yaml"

BAD_EDITS = {
    "misspelt fact": (
        (MEMBERSHIP, "- spend_365d: at least", "- spend_365days: at least"),
        MEMBERSHIP + ":9:11",
        "spend_365d",
    ),
    "wrong unit": (
        (MEMBERSHIP, "at least $core_spend", "at least 3 days"),
        MEMBERSHIP + ":9:32",
        "GBP",
    ),
    "unquoted sign": (
        (MEMBERSHIP, "- score: at least $core_score", "- score: >= 5"),
        MEMBERSHIP + ":8:18",
        "at least 5",
    ),
    "duplicate key": (
        (MEMBERSHIP, "    for: 30 days\n", "    for: 30 days\n    for: 60 days\n"),
        MEMBERSHIP + ":21:5",
        "line 20",
    ),
    "missing file": (
        ("policy.yaml", "order: [segments, membership]", "order: [segments, membership, risk]"),
        "policy.yaml:6:31",
        "policies/risk.yaml",
    ),
}


@pytest.fixture
def watcher(office: Office) -> RulesWatcher:
    watcher = RulesWatcher(office.rules, office_of(office))
    watcher.start()
    return watcher


def refused() -> float:
    return REGISTRY.get_sample_value("guanxi_release_refused_total", {"service": "rules"}) or 0.0


@pytest.mark.parametrize(("edit", "place", "hint"), BAD_EDITS.values(), ids=list(BAD_EDITS))
def test_a_bad_edit_keeps_the_old_release_and_tells_place_and_remedy(
    office: Office, watcher: RulesWatcher, edit: tuple[str, str, str], place: str, hint: str
) -> None:
    before, counted = office.releases.active(), refused()
    office.edit(*edit)
    with capture_logs() as lines:
        watcher.look()
    assert office.releases.active() == before
    assert watcher.problems[0].en.startswith(f"{office.rules.name}/{place} "), watcher.problems
    assert hint in watcher.problems[0].en
    assert refused() == counted + 1
    told = [line["problem"] for line in lines if "problem" in line]
    assert told == [problem.en for problem in watcher.problems]


def test_every_problem_of_every_file_is_told_at_once(office: Office, watcher: RulesWatcher) -> None:
    office.edit(*BAD_EDITS["misspelt fact"][0])
    office.edit(*BAD_EDITS["duplicate key"][0])
    office.edit("metrics.yaml", "days_since_last: [purchase]", "days_since_last: [purchas]")
    watcher.look()
    places = [problem.en.split(" ")[0] for problem in watcher.problems]
    assert len(places) >= 3
    assert all(re.fullmatch(r"[^ ]+\.yaml:\d+:\d+", place) for place in places)


def test_mending_a_bad_edit_activates_a_new_release(office: Office, watcher: RulesWatcher) -> None:
    office.edit(MEMBERSHIP, "less than 60", "less then 55")
    watcher.look()
    assert watcher.problems
    office.edit(MEMBERSHIP, "less then 55", "less than 55")
    watcher.look()
    active = office.releases.active()
    assert active is not None
    assert active.number == 2
    assert watcher.problems == ()
    for partition in range(PARTITIONS):
        assert office.announced(partition)[-1].data == {"number": 2, "digest": active.digest}


def test_taking_a_bad_edit_back_leaves_the_release_as_it_was(office: Office, watcher: RulesWatcher) -> None:
    before = office.releases.active()
    office.edit(MEMBERSHIP, "less than 60", "less then 60")
    watcher.look()
    office.edit(MEMBERSHIP, "less then 60", "less than 60")
    watcher.look()
    assert (office.releases.active(), watcher.problems) == (before, ())


def test_an_edit_that_changes_no_meaning_activates_nothing(office: Office, watcher: RulesWatcher) -> None:
    before = office.releases.active()
    office.edit(MEMBERSHIP, "policy: membership", "# a remark\npolicy: membership")
    watcher.look()
    assert office.releases.active() == before


def test_unchanged_files_are_not_read_again(office: Office, watcher: RulesWatcher) -> None:
    announced = office.announced()
    watcher.look()
    assert office.announced() == announced


@pytest.mark.parametrize("spoil", ["a bad edit", "no directory"])
def test_starting_without_a_release_on_unusable_files_stops_with_the_list(office: Office, spoil: str) -> None:
    if spoil == "a bad edit":
        office.edit(*BAD_EDITS["misspelt fact"][0])
    directory = office.rules if spoil == "a bad edit" else office.directory / "nowhere"
    with pytest.raises(StopError) as raised:
        RulesWatcher(directory, office_of(office)).start()
    told = str(raised.value)
    assert str(directory) in told
    assert ("spend_365days" in told) if spoil == "a bad edit" else ("there is no directory" in told)
    assert office.releases.active() is None


def test_starting_on_unusable_files_goes_on_with_the_release_there_is(
    office: Office, watcher: RulesWatcher
) -> None:
    before = office.releases.active()
    office.edit(*BAD_EDITS["wrong unit"][0])
    restarted = RulesWatcher(office.rules, office_of(office))
    restarted.start()
    assert restarted.problems
    assert office.releases.active() == before
    assert before is not None
    assert office.announced()[-1].data["number"] == before.number


def test_a_start_announces_the_active_release_again_lest_a_crash_came_between(
    office: Office, watcher: RulesWatcher
) -> None:
    RulesWatcher(office.rules, office_of(office)).start()
    assert {each.data["number"] for each in office.announced()} == {1}
    assert len(office.announced()) > 1


def test_while_the_store_is_away_the_edit_waits_and_is_taken_up_afterwards(
    office: Office, watcher: RulesWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.edit(MEMBERSHIP, "less than 60", "less than 55")
    with monkeypatch.context() as away:
        away.setattr(Releases, "store", raising(StoreUnavailableError("away")))
        with pytest.raises(StoreUnavailableError):
            watcher.look()
    watcher.look()
    active = office.releases.active()
    assert active is not None
    assert active.number == 2


def raising(error: Exception) -> Callable[..., str]:
    def call(*_arguments: object) -> str:
        raise error

    return call


def test_two_watchers_racing_agree_on_one_release(office: Office) -> None:
    stores = [open_store(f"sqlite:///{office.directory}/") for _ in range(2)]
    producers = [office.bus.producer() for _ in range(2)]
    watchers = [
        RulesWatcher(
            office.rules,
            release_office(store, Releases(store.collection(RELEASES), producer, PARTITIONS, office.clock)),
        )
        for store, producer in zip(stores, producers, strict=True)
    ]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(RulesWatcher.start, watchers))
        for bar in range(50, 56):
            before = (office.rules / MEMBERSHIP).read_text()
            (office.rules / MEMBERSHIP).write_text(re.sub("less than [0-9]+", f"less than {bar}", before))
            list(pool.map(RulesWatcher.look, watchers))
    active = office.releases.active()
    assert active is not None
    assert active.number == 7
    numbers = [each.data["number"] for each in office.announced()]
    assert numbers == sorted(numbers)
    assert {each.data["number"]: each.data["digest"] for each in office.announced()}[7] == active.digest
    for each in (*producers, *stores):
        each.close()


def test_a_fault_while_looking_is_told_and_the_next_look_goes_on(
    office: Office, watcher: RulesWatcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.rules.watcher.INTERVAL_S", 0.02)
    monkeypatch.setattr(Releases, "store", raising(RuntimeError("a fault")))
    office.edit(MEMBERSHIP, "less than 60", "less than 55")
    stop, clock = Event(), SystemClock()
    thread = Thread(target=watcher.run, args=(stop,))
    thread.start()
    clock.sleep(0.2)
    monkeypatch.undo()
    for _ in range(1_200):
        if (active := office.releases.active()) is not None and active.number == 2:
            break
        clock.sleep(0.05)
    stop.set()
    thread.join(timeout=5)
    assert active is not None
    assert active.number == 2


def test_in_mode_approved_an_edit_waits_for_people_and_says_what_it_needs(office: Office) -> None:
    office.edit("policy.yaml", "order:", "activation: {mode: approved}\norder:")
    watcher = RulesWatcher(office.rules, office_of(office))
    watcher.start()
    before = office.releases.active()
    office.edit(MEMBERSHIP, "less than 60", "less than 61")
    watcher.look()
    assert office.releases.active() == before
    (waiting,) = watcher.waiting()
    assert waiting.en.endswith("(draft) still needs check, test, backtest, dry-run, approval")
    assert waiting.zh.endswith("（草稿）还需要检查、测试、回测、试运行、批准")


def test_files_that_were_rolled_back_are_not_taken_up_again_until_they_are_edited(office: Office) -> None:
    use_cases = office_of(office)
    RulesWatcher(office.rules, use_cases).start()
    first = office.releases.active()
    office.edit(MEMBERSHIP, "less than 60", "less than 61")
    RulesWatcher(office.rules, use_cases).start()
    use_cases.rollback(operator("root"), "demoted the wrong people")
    restarted = RulesWatcher(office.rules, use_cases)
    restarted.start()
    assert office.releases.active().digest == first.digest
    assert "was rolled back" in restarted.problems[0].en
    assert "已被回退" in restarted.problems[0].zh
    office.edit(MEMBERSHIP, "less than 61", "less than 62")
    restarted.look()
    assert office.releases.active().number == 4
    assert restarted.problems == ()
