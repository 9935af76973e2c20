"""A brake is told once to the owner of its rule, in both languages, with who waits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.notification.brakes import BrakeNotices
from shared.policy.release import load_directory
from shared.releases.people import SERVICE
from shared.releases.reader import ReleaseReader
from shared.store.collections import INBOX, RELEASES, SWITCHES
from shared.store.port import Query
from shared.switches.board import SwitchBoard
from tests.unit.rules_service.conftest import Office, office_of

RULE = "demote-core"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path)
    digest = office_of(opened).propose(load_directory(opened.rules), SERVICE).release
    opened.releases.activate(digest, "first")
    yield opened
    opened.close()


def notices(office: Office) -> BrakeNotices:
    collection = office.store.collection
    return BrakeNotices(collection(SWITCHES), collection(INBOX), ReleaseReader(collection(RELEASES)))


def test_a_brake_is_told_once_with_who_waits(office: Office) -> None:
    board = SwitchBoard(office.store.collection(SWITCHES), office.clock)
    board.pause("promote-core", "anna", "odd")
    board.brake(RULE, "budget", {"day": 733_800, "allowed": 2, "waiting": ["li", "wang"]})
    for looking in (notices(office), notices(office)):  # the second as after a restart
        looking.look()
        looking.look()
    (found,) = office.store.collection(INBOX).find(Query()).documents
    message = found.document
    assert (message["kind"], message["rule"], message["policy"]) == ("brake", RULE, "membership")
    assert "li, wang" in message["body"]["en"]
    assert "2 位客户：li, wang" in message["body"]["zh"]
    assert message["subject"]["zh"] == f"规则 {RULE} 已被制动"


def test_a_second_brake_of_a_rule_is_told_again(office: Office) -> None:
    board, looking = SwitchBoard(office.store.collection(SWITCHES), office.clock), notices(office)
    board.brake(RULE, "budget", {"day": 1, "allowed": 1, "waiting": ["li"]})
    looking.look()
    brake = board.brake(RULE, "budget", {"day": 2, "allowed": 1, "waiting": ["li"]})
    assert brake.number == 1  # one brake at a time
    board.end(1, "anna", "meant")
    board.brake(RULE, "disagreement", {"day": 3, "waiting": ["wang"]})
    looking.look()
    messages = [each.document for each in office.store.collection(INBOX).find(Query()).documents]
    assert sorted(each["_id"] for each in messages) == ["brake-00000001", "brake-00000003"]
