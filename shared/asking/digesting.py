"""What a manager's digest is made of, as the store knows it."""

from shared.asking.lists import ask_alerts, ask_circle, ask_tasks
from shared.asking.records import Records
from shared.clock import SystemClock
from shared.reports.digest import Digest, Stopped, digest
from shared.store.collections import SWITCHES
from shared.switches.board import SwitchBoard
from shared.switches.model import Switch


def ask_digest(records: Records) -> Digest:
    """The page for the last closed day; what stands still is told as of now."""
    board = SwitchBoard(records.collection(SWITCHES), SystemClock())
    stopped = [
        Stopped(_what(each), each.kind.value, each.at[:10], each.by, each.reason) for each in board.open()
    ]
    return digest(ask_circle(records), ask_alerts(records), ask_tasks(records), stopped, records.today())


def _what(switch: Switch) -> str:
    """The rule, or what else a silence is narrowed to."""
    return switch.rule or switch.alert or switch.segment or switch.customer
