"""The cap on contacts against a plain list of the days on which one was made."""

from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from services.notification.contacts import Contact, ContactRecord, ContactState
from services.notification.limits import Limits
from shared.model.rules import NotificationPlan


class CapMachine(RuleBasedStateMachine):
    """Contacts by decisions whose days only rise, against a plain list of the days on which one was made."""

    cap, window = 2, 30

    def __init__(self) -> None:
        super().__init__()
        self.record = ContactRecord()
        self.made: list[int] = []
        self.day = 733_000

    @rule(days=st.integers(0, 40))
    def wait(self, days: int) -> None:
        self.day += days

    @rule()
    def contact(self) -> None:
        plan = NotificationPlan(contact_cap=(self.cap, self.window))
        decision: Any = type("OnlyDay", (), {"day": self.day})()
        limits = Limits(plan, decision, ContactState(contacts=self.record.contacts), "UTC")
        allowed = sum(self.day - self.window < day <= self.day for day in self.made) < self.cap
        assert (limits.on_contact() is None) == allowed
        if allowed:
            self.made.append(self.day)
            self.record.remember((Contact(self.day, f"{len(self.made)}"),), (), "", self.day)
