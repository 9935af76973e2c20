"""What the cap held is told by rule, and with the decision that ordered it."""

from typing import Any

from services.notification.cap import Cap
from services.notification.contacts import Contact, ContactState
from services.notification.refusing import REASONS
from shared.model.contacts import Keep, Weight
from shared.model.rules import NotificationPlan
from shared.reports.contact_words import WORDS
from shared.reports.held_contacts import HeldRule, held_by_cap, held_sheets


def refused(rule: str, day: int, *ahead: str, reason: str = "contact_cap", **more: Any) -> dict[str, Any]:
    return {"rule": rule, "day": day, "reason": reason, "ahead": [*ahead], **more}


def test_rules_stand_with_how_often_the_cap_held_them_and_what_was_made_instead() -> None:
    found = held_by_cap(
        [
            refused("routine", 9, "before-that-week"),
            refused("routine", 10, "birthday", "welcome"),
            refused("routine", 12, "welcome"),
            refused("topic", 12),
            refused("routine", 12, reason="already_open"),
        ],
        first_day=10,
    )

    assert found == (HeldRule("routine", 2, "welcome"), HeldRule("topic", 1, ""))


def test_what_was_held_before_rules_were_kept_with_contacts_counts_without_them() -> None:
    old = {"rule": "routine", "day": 10, "reason": "contact_cap"}

    assert held_by_cap([old], first_day=10) == (HeldRule("routine", 1, ""),)


def test_a_decision_tells_what_it_ordered_in_vain_and_no_other_decisions() -> None:
    told = {"what": "task:call", "detail": "…"}
    mine, other = refused("r", 1, decision="d1", **told), refused("r", 1, decision="d2", **told)

    (sheet,) = held_sheets([mine, other], "d1", "en")

    assert sheet.rows == [("task call not opened", "…")]
    assert held_sheets([other], "d1", "en") == []


def test_every_reason_and_every_way_in_which_the_cap_refuses_has_chinese_words() -> None:
    assert [reason for reason in REASONS if reason not in WORDS] == []
    state = ContactState(contacts=(Contact(1, "t", "birthday", 20),))
    for cap, keeps in (((1, 30), ()), ((2, 30), (Keep(1),)), ((2, 30), (Keep(1, priority=-3),))):
        refusal = Cap(NotificationPlan(contact_cap=cap, keeps=keeps), state, 1).refusal(Weight(-5))
        assert refusal is not None
        held = {"decision": "d", "what": "task:call", "reason": refusal.reason, "detail": refusal.detail}
        (row,) = held_sheets([held], "d", "zh")[0].rows
        assert row[0] == "未建任务 call"
        assert row[1].startswith("已达联系次数上限：30 天内已联系 1 次，上限 ")
        assert row[1].endswith("；本次优先级 -5，此前已联系：birthday (priority 20, 0001-01-01)")
        assert ("关键事件" in row[1]) == (keeps == (Keep(1),))
        assert ("要求优先级至少 -3" in row[1]) == (keeps == (Keep(1, -3),))
