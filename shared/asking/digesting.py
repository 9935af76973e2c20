"""What a manager's digest is made of, as the store knows it."""

from collections.abc import Iterator

from shared.asking.lists import ask_alerts, ask_circle, ask_tasks
from shared.asking.records import Records
from shared.asking.unusual import ask_unusual
from shared.clock import SystemClock
from shared.reports.anomalies import WEEK
from shared.reports.digest import Digest, Seen, Stopped, digest
from shared.reports.held_contacts import Refused, held_by_cap
from shared.store.collections import CONTACTS, SWITCHES
from shared.switches.board import SwitchBoard
from shared.switches.model import Switch


def ask_digest(records: Records) -> Digest:
    """The page for the last closed day; what stands still is told as of now."""
    board = SwitchBoard(records.collection(SWITCHES), SystemClock())
    stopped = [
        Stopped(_what(each), each.kind.value, each.at[:10], each.by, each.reason) for each in board.open()
    ]
    today = records.today()
    held = held_by_cap(_refused(records), today - WEEK)
    circle, alerts, tasks = ask_circle(records), ask_alerts(records), ask_tasks(records)
    return digest(Seen(circle, alerts, tasks, stopped, ask_unusual(records), held), today)


def _refused(records: Records) -> Iterator[Refused]:
    """Everything that notification remembers having held."""
    for customer in records.find(CONTACTS):
        yield from customer["held"]


def _what(switch: Switch) -> str:
    """The rule, or what else a silence is narrowed to."""
    return switch.rule or switch.alert or switch.segment or switch.customer
