"""What a manager's digest is made of, as the store knows it."""

from collections.abc import Iterator

from shared.asking.lists import ask_alerts, ask_circle, ask_tasks
from shared.asking.records import Records
from shared.clock import SystemClock
from shared.model.rules import ActionKind
from shared.reports.anomalies import BEFORE, WEEK, Anomaly, anomalies
from shared.reports.digest import Digest, Seen, Stopped, digest
from shared.reports.held_contacts import Refused, held_by_cap
from shared.reports.leavings import took_effect
from shared.store.collections import CONTACTS, DECISIONS, SWITCHES
from shared.store.port import Query
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
    return digest(Seen(circle, alerts, tasks, stopped, _unusual(records), held), today)


def _refused(records: Records) -> Iterator[Refused]:
    """Everything that notification remembers having held."""
    for customer in records.find(CONTACTS):
        yield from customer["held"]


def _unusual(records: Records) -> tuple[Anomaly, ...]:
    """Rules that did something outwardly far more, or less, than in the weeks before."""
    last = records.today() - 1
    period = {"day": {"$gt": last - WEEK * (BEFORE + 1), "$lte": last}}
    first = records.collection(DECISIONS).find(Query(sort=(("day", 1),), limit=1)).documents
    if not first:
        return ()
    acted = (
        (each["rule"], each["day"])
        for each in records.find(DECISIONS, period)
        if took_effect(each) and any(action["kind"] != ActionKind.SET.value for action in each["actions"])
    )
    return anomalies(acted, last, first[0].document["day"])


def _what(switch: Switch) -> str:
    """The rule, or what else a silence is narrowed to."""
    return switch.rule or switch.alert or switch.segment or switch.customer
