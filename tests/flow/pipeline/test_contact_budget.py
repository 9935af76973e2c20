"""One budget of contacts from rules to care tasks: a later policy's contact is made if it matters more."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from services.cli.explain import explained
from services.notification import service as notification_service
from services.notification.processor import NotificationProcessor, Stores
from services.notification.sealing import SecretBox
from services.notification.subscribers import Subscribers
from services.scoring.day_clock import day_marker
from shared.asking.digesting import ask_digest
from shared.asking.records import Records
from shared.contracts.cloudevents import CloudEvent
from shared.reports.held_contacts import HeldRule
from shared.store.collections import (
    CONTACTS,
    CUSTOMERS,
    DECISIONS,
    DELIVERIES,
    HISTORY,
    INBOX,
    SUBSCRIPTIONS,
    TASKS,
)
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import ROOT, Shop

MINI = ROOT / "tests/flow/cli/rules"
CONTACT = """policy: {name}
owner: crm
rules:
  - id: {name}-contact
    title: {{en: {name}}}
    when: {{orders_365d: at least 1}}
    then: [{{create_task: {{task: {name}, title: {{en: {name}}}, due: 3 days, channel: phone}}}}]
    priority: {priority}
"""


def rules_with(directory: Path, **priorities: int) -> Path:
    """Policies of these names, in this order, each with a contact of that priority, one allowed."""
    rules = directory / "rules"
    shutil.copytree(MINI, rules)
    for name, priority in priorities.items():
        text = CONTACT.format(name=name, priority=priority)
        (rules / f"policies/{name}.yaml").write_text(text, encoding="utf-8")
    for file, before, after in (
        ("policy.yaml", "risk, care]", f"risk, care, {', '.join(priorities)}]"),
        ("notifications.yaml", "contact_cap: 3 in 30 days", "contact_cap: 1 in 30 days"),
    ):
        text = (rules / file).read_text(encoding="utf-8")
        assert before in text
        (rules / file).write_text(text.replace(before, after), encoding="utf-8")
    return rules


def notify(shop: Shop) -> None:
    """Let notification deal with every decision."""
    stores = Stores(*(shop.collection(spec) for spec in (TASKS, INBOX, DELIVERIES, CUSTOMERS, HISTORY)))
    subscribers = Subscribers(shop.collection(SUBSCRIPTIONS), SecretBox(b"k" * 32), shop.clock)
    shop._run(
        NotificationProcessor(stores, subscribers, shop.reader), notification_service.FLOW, "notification"
    )


@pytest.mark.parametrize("engine", ["python", "durable"])
@pytest.mark.parametrize("priorities", [{"routine": 0, "thanks": 20}, {"thanks": 20, "routine": 0}])
def test_the_weightier_contact_is_made_and_the_other_says_which_was(
    tmp_path: Path, new_shop: NewShop, engine: str, priorities: dict[str, int]
) -> None:
    shop = new_shop(active=False, engine=engine)
    shop.activate(rules_with(tmp_path, **priorities))
    bought = {"amount": 5_000, "quantity": 1, "lines": 1, "country": "UK"}
    shop.publish([CloudEvent("o1", "shop", "purchase", "li", "2010-06-15T12:00:00Z", bought, {})])

    shop.work()
    notify(shop)

    assert [task["task"] for task in shop.everything(TASKS)] == ["thanks"]
    (contacts,) = shop.everything(CONTACTS)
    assert [each[2:] for each in contacts["contacts"]] == [["thanks-contact", 20]]
    assert [(each["rule"], each["reason"], each["ahead"]) for each in contacts["held"]] == [
        ("routine-contact", "contact_cap", ["thanks-contact"])
    ]
    fired = [each["rule"] for each in shop.everything(DECISIONS) if each["outcome"] == "fired"]
    assert {"routine-contact", "thanks-contact"} <= {*fired}
    assert shop.set_aside == []


def test_digest_and_explanation_tell_what_was_held_and_what_was_made_instead(
    tmp_path: Path, new_shop: NewShop
) -> None:
    shop = new_shop(active=False)
    shop.activate(rules_with(tmp_path, routine=0, thanks=20))
    bought = {"amount": 5_000, "quantity": 1, "lines": 1, "country": "UK"}
    noon = "2010-06-15T12:00:00Z"
    shop.publish(
        [
            CloudEvent("o1", "shop", "purchase", "li", noon, bought, {}),
            day_marker(date(2010, 6, 15), "2010-06-15T23:59:59Z"),
        ]
    )
    shop.work()
    notify(shop)
    records = Records(shop.store, shop.partitions)

    assert ask_digest(records).held == (HeldRule("routine-contact", 1, "thanks-contact"),)
    told = {each["rule"]: explained(records, each, "en") for each in shop.everything(DECISIONS)}
    held = {
        rule: sheet.rows
        for rule, sheets in told.items()
        for sheet in sheets
        if sheet.title == "Ordered and not done"
    }
    assert held == {
        "routine-contact": [
            (
                "task routine not opened",
                (
                    "1 contacts in 30 days, allowed are 1; this one has priority 0, "
                    "made before it: thanks-contact (priority 20, 2010-06-15)"
                ),
            )
        ]
    }
