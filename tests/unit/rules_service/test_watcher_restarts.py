"""What people decided outlives a restart of the service, and the log learns of it whoever dies on the way."""

from dataclasses import replace

import pytest

from services.rules.watcher import RulesWatcher
from shared.policy.release import load_directory
from shared.releases.people import operator
from tests.unit.rules_service.conftest import PARTITIONS, Office, office_of

MEMBERSHIP = "policies/membership.yaml"
ANNA = operator("anna")


class Cut(BaseException):
    """The process ends here, as by a power cut."""


def cut(point: str) -> None:
    if point == "before-announce":
        raise Cut


@pytest.fixture
def watcher(office: Office) -> RulesWatcher:
    watcher = RulesWatcher(office.rules, office_of(office))
    watcher.start()
    return watcher


def activated_elsewhere(office: Office, reach: object = None) -> str:
    """Anna activates an edition that the watched files do not hold."""
    desk = office_of(office)
    if reach is not None:
        desk = replace(desk, releases=replace(desk.releases, reach=reach))
    kept = (office.rules / MEMBERSHIP).read_text()
    office.edit(MEMBERSHIP, "less than 60", "less than 61")
    digest = desk.propose(load_directory(office.rules), ANNA).release
    (office.rules / MEMBERSHIP).write_text(kept)
    desk.activate(digest, ANNA, "by hand")
    return digest


def test_an_activation_whose_command_died_before_telling_the_log_is_told_by_the_service(
    office: Office, watcher: RulesWatcher
) -> None:
    with pytest.raises(Cut):
        activated_elsewhere(office, cut)
    active = office.releases.active()
    assert [each.data["number"] for each in office.announced()] == [1]
    watcher.tell_log()
    for partition in range(PARTITIONS):
        told = office.announced(partition)[-1].data
        assert told == {"number": active.number, "digest": active.digest}


def test_an_activation_is_told_once_by_a_service_that_looks_again_and_again(
    office: Office, watcher: RulesWatcher
) -> None:
    office.edit(MEMBERSHIP, "less than 60", "less than 61")
    for _ in range(3):
        watcher.tell_log()
        watcher.look()
    assert [each.data["number"] for each in office.announced()] == [1, 2]


def test_a_release_activated_by_hand_stays_when_the_service_starts_again_over_older_files(
    office: Office, watcher: RulesWatcher
) -> None:
    digest = activated_elsewhere(office)
    restarted = RulesWatcher(office.rules, office_of(office))
    restarted.start()
    assert office.releases.active().digest == digest
    assert "was replaced by hand" in restarted.problems[0].en
    office.edit(MEMBERSHIP, "less than 60", "less than 62")
    restarted.look()
    assert office.releases.active().number == 3
    assert restarted.problems == ()
