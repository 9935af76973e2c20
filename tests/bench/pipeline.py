"""Scoring and rules, one process each, beside a hand-written minimum of the same stage in the same run.

Prints processor time per event, so that a busy machine distorts little. *history* replays real sales with a
marker behind each day; *live* sends the same sales on one day, so that only the events themselves cost.
The minimum knows 12 metrics and 20 rules by name, keeps no buckets, explains nothing and closes no days.
"""

import argparse
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from statistics import median

import orjson

from shared.contracts.cloudevents import CloudEvent
from shared.lifecycle import collect_garbage_rarely
from tests.flow.pipeline.shop import Shop, retail_events

BATCH = 500


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=8_000)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    collect_garbage_rarely()
    history = retail_events(arguments.events)
    sales = [event for event in history if event.subject]
    live = [replace(event, time=f"2011-12-09T{number % 24:02}:00:00Z") for number, event in enumerate(sales)]
    print(f"{len(sales):,} real sales, {arguments.rounds} rounds, medians of processor time\n")
    rounds = [_round(history, live, sales) for _ in range(arguments.rounds)]
    print(f"{'':32}{'µs/event':>10}{'events/s':>10}{'of minimum':>12}")
    for name, minimum in _ROWS:
        spent = median(one[name] for one in rounds) / len(sales)
        least = median(one[minimum] for one in rounds) / len(sales)
        print(f"{name:32}{spent * 1e6:10.0f}{1 / spent:10,.0f}{least / spent:12.0%}")


_ROWS = (
    ("scoring, minimum", "scoring, minimum"),
    ("scoring, live", "scoring, minimum"),
    ("scoring, history", "scoring, minimum"),
    ("rules, minimum", "rules, minimum"),
    ("rules, live", "rules, minimum"),
    ("rules, history", "rules, minimum"),
)


def _round(history: list[CloudEvent], live: list[CloudEvent], sales: list[CloudEvent]) -> dict[str, float]:
    spent = dict(zip(("scoring, minimum", "rules, minimum"), _minimum(sales), strict=True))
    for name, events in (("history", history), ("live", live)):
        spent[f"scoring, {name}"], spent[f"rules, {name}"] = _stages(events)
    return spent


def _stages(events: list[CloudEvent]) -> tuple[float, float]:
    """Processor seconds that the real scoring and the real rules take."""
    with tempfile.TemporaryDirectory() as home:
        shop = Shop(Path(home), partitions=4)
        shop.activate()
        for start in range(0, len(events), BATCH):
            shop.publish(events[start : start + BATCH])
        spent = (_timed(shop.score), _timed(shop.judge))
        shop.close()
        return spent


def _timed(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


# -- the hand-written minimum: one SQLite file, plain dictionaries


def _minimum(sales: list[CloudEvent]) -> tuple[float, float]:
    with tempfile.TemporaryDirectory() as home:
        file = sqlite3.connect(f"{home}/minimum.db", isolation_level=None)
        file.executescript(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
            "CREATE TABLE log(id INTEGER PRIMARY KEY, value BLOB);"
            "CREATE TABLE seen(id TEXT PRIMARY KEY);"
            "CREATE TABLE customers(id TEXT PRIMARY KEY, body BLOB);"
            "CREATE TABLE told(id INTEGER PRIMARY KEY, value BLOB);"
            "CREATE TABLE relationships(id TEXT PRIMARY KEY, body BLOB);"
            "CREATE TABLE decisions(id INTEGER PRIMARY KEY, value BLOB)"
        )
        rows = [
            (orjson.dumps({"id": e.id, "customer": e.subject, "type": e.type, "time": e.time} | e.data),)
            for e in sales
        ]
        _write(file, [("INSERT INTO log(value) VALUES(?)", rows)])
        spent = (_timed(lambda: _score_all(file)), _timed(lambda: _judge_all(file)))
        file.close()
        return spent


def _write(file: sqlite3.Connection, writes: Iterable[tuple[str, list[tuple[object, ...]]]]) -> None:
    file.execute("BEGIN IMMEDIATE")
    for statement, rows in writes:
        file.executemany(statement, rows)
    file.execute("COMMIT")


def _batches(file: sqlite3.Connection, table: str) -> Iterable[list[dict[str, object]]]:
    last = 0
    while rows := file.execute(
        f"SELECT id, value FROM {table} WHERE id > ? ORDER BY id LIMIT ?", (last, BATCH)
    ).fetchall():
        last = rows[-1][0]
        yield [orjson.loads(value) for _, value in rows]


def _loaded(file: sqlite3.Connection, table: str, keys: set[str]) -> dict[str, dict[str, object]]:
    marks = ",".join("?" * len(keys))
    found = file.execute(f"SELECT id, body FROM {table} WHERE id IN ({marks})", tuple(keys))
    return {identity: orjson.loads(body) for identity, body in found}


def _score_all(file: sqlite3.Connection) -> None:
    for events in _batches(file, "log"):
        states = _loaded(file, "customers", {event["customer"] for event in events})
        told = []
        for event in events:
            state = states.setdefault(event["customer"], {"sales": []})
            state["sales"].append([event["time"], event["type"], event["amount"]])
            told.append((orjson.dumps({"customer": event["customer"], **_twelve_metrics(state["sales"])}),))
        seen = [(event["id"],) for event in events]
        bodies = [(name, orjson.dumps(state)) for name, state in states.items()]
        upsert = "INSERT INTO customers VALUES(?, ?) ON CONFLICT(id) DO UPDATE SET body = excluded.body"
        _write(
            file,
            [
                ("INSERT OR IGNORE INTO seen VALUES(?)", seen),
                (upsert, bodies),
                ("INSERT INTO told(value) VALUES(?)", told),
            ],
        )


def _twelve_metrics(sales: list[list[object]]) -> dict[str, float]:
    bought = [amount for _, kind, amount in sales if kind == "purchase"]
    returned = [amount for _, kind, amount in sales if kind == "return"]
    spend, back, orders = sum(bought), sum(returned), len(bought)
    points = min(100, spend // 5_000) * 0.5 + min(100, orders * 10) * 0.3 + 20
    return {
        "spend": spend, "returned": back, "net": spend - back, "orders": orders, "returns": len(returned),
        "share": 100 * len(returned) / orders if orders else 0, "mean": spend / orders if orders else 0,
        "largest": max(bought, default=0), "smallest": min(bought, default=0), "last": sales[-1][0],
        "first": sales[0][0], "score": points,
    }  # fmt: skip


_RULES = [
    compile(f"f['score'] >= {20 + 3 * n} and f['orders'] >= {n % 5} and f['net'] > {n}000", "", "eval")
    for n in range(20)
]


def _judge_all(file: sqlite3.Connection) -> None:
    for snapshots in _batches(file, "told"):
        states = _loaded(file, "relationships", {snapshot["customer"] for snapshot in snapshots})
        decided = []
        for facts in snapshots:
            state = states.setdefault(facts["customer"], {"active": []})
            active = [n for n, rule in enumerate(_RULES) if eval(rule, {}, {"f": facts})]
            decided += [(orjson.dumps([facts["customer"], n]),) for n in active if n not in state["active"]]
            state["active"], state["facts"] = active, facts
        bodies = [(name, orjson.dumps(state)) for name, state in states.items()]
        upsert = "INSERT INTO relationships VALUES(?, ?) ON CONFLICT(id) DO UPDATE SET body = excluded.body"
        _write(file, [(upsert, bodies), ("INSERT INTO decisions(value) VALUES(?)", decided)])


if __name__ == "__main__":
    main()
