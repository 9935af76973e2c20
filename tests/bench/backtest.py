"""A backtest of a year: both sides of the whole shipped bundle with diff, blame and 20 explained customers.

``python -m tests.bench.backtest [--customers 10000] [--days 365]`` prints processor time on one core. Beside
it two yardsticks of the same run: durable-rules' `Host`, as its documentation uses it, asked 20 rules about
every customer on every day (measured on a sample and multiplied), and the same with Python by hand.
"""

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path

from durable import engine as durable_engine

from services.backtest.files import FileHistory
from services.backtest.running import Plan, backtest
from shared.backtest.report import Window
from shared.clock import SystemClock
from shared.lifecycle import collect_garbage_rarely
from shared.model.rules import Bundle
from shared.policy.release import Sources, build, load_directory

ROOT = Path(__file__).parents[2]
SEED = 20_101_001
FIRST = datetime(2010, 1, 1, 9, tzinfo=timezone.utc)
SAMPLE = 4_000
BAR = ("- tier: is none\n        - score: at least 63", "- tier: is none\n        - score: at least 61")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--days", type=int, default=365)
    arguments = parser.parse_args()
    collect_garbage_rarely()
    base, candidate = _bundle(), _bundle(BAR)
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "events.jsonl"
        with path.open("w") as file:
            file.writelines(_sales(arguments.customers, arguments.days))
        reading = time.process_time()
        with FileHistory.read([path], base.catalogue, SystemClock(), lambda _lines: None) as history:
            started = time.process_time()
            window = Window(history.first_day, history.last_day, "log")
            report = backtest(Plan(base, candidate, processes=1), history, window, lambda _events: None)
            spent = time.process_time() - started
    evaluations = arguments.customers * arguments.days
    host, by_hand = _host() * evaluations, _by_hand() * evaluations
    print(f"{arguments.customers:,} customers, {arguments.days} days, {len(history):,} events, both sides")
    print(f"{'reading and checking the file':44}{started - reading:10.1f} s")
    print(f"{'the whole backtest':44}{spent:10.1f} s")
    print(f"{'durable-rules Host, 20 rules, one side':44}{host:10.1f} s  {host / spent:5.1f} × the backtest")
    print(f"{'20 Python rules by hand, one side':44}{by_hand:10.1f} s  {by_hand / spent:5.1f} × the backtest")
    print(f"members moved {report['moved']:,}; largest size {_largest_mib():,.0f} MiB")


def _bundle(edit: tuple[str, str] = ("", "")) -> Bundle:
    sources = load_directory(ROOT / "rules")
    path = "policies/membership.yaml"
    changed = {**sources.files, path: sources.files[path].replace(*edit) if edit[0] else sources.files[path]}
    bundle = build(Sources(changed)).bundle
    assert bundle is not None
    return bundle


def _sales(customers: int, days: int) -> Iterator[str]:
    """A year of purchases and returns, by time; some customers leave."""
    chance, found = random.Random(SEED), []
    for customer in range(customers):
        gap = chance.choice([7, 14, 30, 60, 120])
        at, last = chance.uniform(0, gap), days * chance.choice([0.3, 0.6, 1, 1, 1])
        while at < last:
            found.append((at, customer, chance.randrange(500, 60_000) / 100, chance.random() < 0.08))
            at += chance.expovariate(1 / gap) + 0.02
    for number, (at, customer, amount, returned) in enumerate(sorted(found)):
        when = (FIRST + timedelta(days=at)).strftime("%Y-%m-%dT%H:%M:%SZ")
        kind = "return" if returned else "purchase"
        told = {
            "id": f"s{number}", "source": "shop", "type": kind, "customer_id": f"c{customer:06}",
            "time": when, "data": {"amount": amount},
        }  # fmt: skip
        yield json.dumps(told) + "\n"


# -- yardsticks


def _facts() -> Iterator[dict[str, float]]:
    chance = random.Random(SEED)
    for number in range(SAMPLE):
        yield {
            "id": number, "score": chance.randrange(100), "orders": chance.randrange(30),
            "spend": chance.randrange(10_000), "silent": chance.randrange(400),
        }  # fmt: skip


def _per_call(judge: Callable[[dict[str, float]], object]) -> float:
    facts = [*_facts()]
    started = time.process_time()
    for each in facts:
        judge(each)
    return (time.process_time() - started) / SAMPLE


def _host() -> float:
    """Seconds for one customer on one day: assert the facts, let rules fire, take them back."""
    rules = {
        f"rule{number}": {
            "all": [
                {"m": {"$and": [{"$gte": {"score": 20 + 3 * number}}, {"$gt": {"spend": 100 * number}}]}}
            ],
            "run": lambda _context: None,
        }
        for number in range(20)
    }
    host = durable_engine.Host({"policy": rules})

    def judge(facts: dict[str, float]) -> None:
        with suppress(durable_engine.MessageNotHandledException):
            host.assert_fact("policy", facts)
        with suppress(durable_engine.MessageNotHandledException):
            host.retract_fact("policy", facts)

    return _per_call(judge)


def _by_hand() -> float:
    rules = [
        compile(f"f['score'] >= {20 + 3 * n} and f['orders'] >= {n % 5} and f['spend'] > {n}00", "", "eval")
        for n in range(20)
    ]
    return _per_call(
        lambda facts: [number for number, rule in enumerate(rules) if eval(rule, {}, {"f": facts})]
    )


def _largest_mib() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
