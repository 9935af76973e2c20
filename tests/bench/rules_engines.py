"""How fast the rule engines are, beside the bare C module and other engines on the same rules and run.

``python tests/bench/rules_engines.py [--rules 10 50 200] [--rounds 9]`` prints evaluations per second of
processor time (medians of interleaved rounds) and their ratio to the ceiling. Rules are one to four tests
over twelve customer fields, a few of them alternatives; facts are all known but where said. Every engine's
answers are checked against the meaning of the rules first.

"Remembering" lets the durable matcher keep its answers by encoded row, as it does in production; here every
row comes back, which is its best case.

Ceiling: durable-rules' C module inside its safe subset, by hand: typed values in an f-string, no lock, no
recovery. ``rule-engine`` and ``zen-engine`` take part if they are installed.
"""

import argparse
import contextlib
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import durable_rules_engine as driver
import orjson

from shared.model.conditions import (
    Comparison,
    Condition,
    Connective,
    Group,
    Leaf,
    Phrase,
    Proposition,
    Test,
)
from shared.model.rules import FactDef, FactSource
from shared.model.values import FactValue, Kind, Value
from shared.policy.engine.condition_set import ConditionSet
from shared.policy.engine.durable import DurableEngine
from shared.policy.engine.generated import PythonEngine
from shared.policy.engine.port import Engine
from shared.policy.engine.reference import ReferenceEngine, Situation, truth
from shared.policy.envelope import branches
from shared.policy.lowering import lower

WHOLE = {"age": 90, "score": 100, "visits": 50, "days": 365, "orders": 30}
FRACTIONS = {"spend": 5_000, "balance": 2_000, "risk": 1}
TEXTS = {
    "tier": ["none", "bronze", "silver", "gold"],
    "country": ["FR", "DE", "US", "GB", "ES", "IT"],
    "plan": ["free", "basic", "pro"],
}
FACTS = {
    **{name: FactDef(name, Kind.INTEGER, FactSource.METRIC, {}) for name in WHOLE},
    **{name: FactDef(name, Kind.NUMBER, FactSource.METRIC, {}) for name in FRACTIONS},
    **{name: FactDef(name, Kind.CHOICE, FactSource.PROFILE, {}) for name in TEXTS},
    "active": FactDef("active", Kind.BOOLEAN, FactSource.PROFILE, {}),
}
ORDERINGS = [Phrase.AT_LEAST, Phrase.LESS_THAN, Phrase.MORE_THAN, Phrase.AT_MOST]
DAY = 733_000
MISSING = "two facts missing"

Facts = dict[str, FactValue]
Evaluate = Callable[[Facts], Any]


def some_leaf(dice: random.Random) -> Leaf:
    kind = dice.random()
    if kind < 0.35:
        name = dice.choice(list(WHOLE))
        return Leaf(name, dice.choice(ORDERINGS), (dice.randint(0, WHOLE[name]),))
    if kind < 0.5:
        name = dice.choice(list(FRACTIONS))
        return Leaf(name, dice.choice(ORDERINGS), (round(dice.uniform(0, FRACTIONS[name]), 2) + 0.001,))
    if kind < 0.9:
        name = dice.choice(list(TEXTS))
        phrase = Phrase.IS if dice.random() < 0.85 else Phrase.IS_NOT
        return Leaf(name, phrase, (dice.choice(TEXTS[name]),))
    return Leaf("active", Phrase.IS, (dice.random() < 0.5,))


def some_condition(dice: random.Random) -> Condition:
    parts: list[Condition] = [some_leaf(dice) for _ in range(dice.randint(1, 4))]
    if len(parts) > 1 and dice.random() < 0.2:
        parts = [Group(Connective.ANY, tuple(parts[:2])), *parts[2:]]
    return Group(Connective.ALL, tuple(parts))


def some_facts(dice: random.Random) -> Facts:
    return {
        **{name: dice.randint(0, most) for name, most in WHOLE.items()},
        **{name: round(dice.uniform(0, most), 2) for name, most in FRACTIONS.items()},
        **{name: dice.choice(values) for name, values in TEXTS.items()},
        "active": dice.random() < 0.7,
    }


# --- the ceiling: the C module by hand ---------------------------------------------------------------

OPERATORS = {"!=": "$neq", "<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}


def bare(propositions: Mapping[str, Proposition]) -> Evaluate:
    handles = [open_ruleset(rules) for rules in packed(propositions)]

    def evaluate(facts: Facts) -> set[str]:
        cells = "".join([f',"{name}":{json(value)}' for name, value in facts.items()])
        message, found = f'{{"id":1,"sid":"0"{cells}}}', set()
        for handle in handles:
            code, offset = driver.assert_fact(handle, message)
            if code == 1:
                continue
            fired = driver.start_action_for_state(handle, offset)[1]
            while fired is not None:
                found.add(fired[2 : fired.index('"', 2)])
                fired = driver.complete_and_start_action(handle, offset)
            driver.retract_fact(handle, '{"id":1,"sid":"0"}')
        return found

    return evaluate


def json(value: FactValue) -> str:
    if type(value) is str:
        return f'"{value}"'
    return repr(value) if type(value) is not bool else "true" if value else "false"


def packed(propositions: Mapping[str, Proposition]) -> Iterator[dict[str, Any]]:
    rules, pending = dict[str, Any](), 0
    for key, proposition in propositions.items():
        if pending + branches(proposition) > 63:
            yield rules
            rules, pending = {}, 0
        rules[key] = {"all": [{"m": source(proposition)}]}
        pending += branches(proposition)
    yield rules


def source(proposition: Proposition) -> dict[str, Any]:
    if not isinstance(proposition, Test):
        return {"$and" if proposition.conjunction else "$or": [source(part) for part in proposition.parts]}
    asks = {proposition.column: proposition.value}
    if proposition.comparison is Comparison.EQ:
        return asks
    return {OPERATORS[proposition.comparison.value]: asks}


def open_ruleset(rules: dict[str, Any]) -> Any:
    handle = driver.create_ruleset(
        "bare", orjson.dumps({"$w": {"all": [{"m": {"$ex": {"$warm": 1}}}]}, **rules}).decode()
    )
    _, offset = driver.assert_fact(handle, '{"id":1,"sid":"0","$warm":1}')
    fired = driver.start_action_for_state(handle, offset)[1]
    while fired is not None:
        fired = driver.complete_and_start_action(handle, offset)
    driver.retract_fact(handle, '{"id":1,"sid":"0"}')
    return handle


# --- peers -------------------------------------------------------------------------------------------


def expression(proposition: Proposition) -> str:
    if isinstance(proposition, Test):
        value: Value | None = proposition.value
        spelt = f'"{value}"' if type(value) is str else str(value).lower()
        return f"{proposition.column} {proposition.comparison.value} {spelt}"
    word = " and " if proposition.conjunction else " or "
    return "(" + word.join(expression(part) for part in proposition.parts) + ")"


def peers(propositions: Mapping[str, Proposition]) -> Iterator[tuple[str, Evaluate]]:
    written = {key: expression(proposition) for key, proposition in propositions.items()}
    with contextlib.suppress(ImportError):
        import rule_engine  # noqa: PLC0415  # optional

        rules = {key: rule_engine.Rule(text) for key, text in written.items()}
        yield "rule-engine", lambda facts: {key for key, rule in rules.items() if rule.matches(facts)}
    with contextlib.suppress(ImportError):
        import zen  # noqa: PLC0415  # optional

        compiled = {key: zen.compile_expression(text) for key, text in written.items()}
        yield "zen-engine", lambda facts: {key for key, each in compiled.items() if each.evaluate(facts)}


# --- the run -----------------------------------------------------------------------------------------


def contenders(conditions: Mapping[str, Condition]) -> Iterator[tuple[str, Evaluate]]:
    propositions = {key: lower(each, FACTS).certain for key, each in conditions.items()}
    yield "ceiling: bare C module", bare(propositions)
    engines: dict[str, Engine] = {
        "durable": DurableEngine(remember=0),
        "durable, remembering": DurableEngine(),
        "python": PythonEngine(),
        "reference": ReferenceEngine(),
    }
    for name, engine in engines.items():
        rules = ConditionSet(conditions, FACTS, {}, engine)
        yield f"{name}: match a row", engine.compile(propositions).match
        yield f"{name}: facts to answers", from_facts(rules)
        yield f"{name}: same, {MISSING}", from_facts(rules, {"score": None, "plan": None})
    yield from peers(propositions)


def from_facts(rules: ConditionSet, missing: Mapping[str, None] | None = None) -> Evaluate:
    if missing is None:
        return lambda facts: rules.judge(rules.project(facts, {}, DAY))
    return lambda facts: rules.judge(rules.project({**facts, **missing}, {}, DAY))


def rate(evaluate: Evaluate, customers: list[Facts]) -> float:
    start = time.process_time()
    for facts in customers:
        evaluate(facts)
    return len(customers) / (time.process_time() - start)


def answers(evaluate: Evaluate, facts: Facts) -> set[str]:
    found = evaluate(facts)
    return {key for key, answer in found.items() if answer} if isinstance(found, dict) else set(found)


def compare(number: int, rounds: int) -> None:
    dice = random.Random(7)
    conditions = {f"r{at}": some_condition(dice) for at in range(number)}
    customers = [some_facts(dice) for _ in range(500)]
    expected = [{key for key, each in conditions.items() if meaning(each, facts)} for facts in customers]
    print(f"\n{number} rules, {statistics.mean(map(len, expected)):.1f} hold on average")
    entered = dict(contenders(conditions))
    for name, evaluate in entered.items():
        if MISSING not in name:
            assert [answers(evaluate, facts) for facts in customers] == expected, name
    rates = [{name: rate(each, customers) for name, each in entered.items()} for _ in range(rounds)]
    speeds = {name: statistics.median(each[name] for each in rates) for name in entered}
    for name, speed in speeds.items():
        share = speed / speeds["ceiling: bare C module"]
        print(f"  {name:48} {speed:12,.0f}/s  {share:6.2f} × ceiling")


def meaning(condition: Condition, facts: Facts) -> bool:
    return truth(condition, Situation(facts, {}, DAY, FACTS, {})) is True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rules", type=int, nargs="+", default=[10, 50, 200])
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    for number in arguments.rules:
        compare(number, arguments.rounds)


if __name__ == "__main__":
    main()
