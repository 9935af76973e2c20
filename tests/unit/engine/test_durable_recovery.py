"""The durable matcher stays right when calls are cut short, threads share it, and matchers come and go."""

import random
import resource
import threading
from typing import Any

import durable_rules_engine
import pytest

from shared.model.conditions import Comparison, Junction, Proposition, Test
from shared.policy.engine.durable import DurableEngine
from shared.policy.engine.port import EngineError
from shared.policy.engine.reference import ReferenceEngine

PROPOSITIONS: dict[str, Proposition] = {
    "either": Junction(False, (Test("a", Comparison.GE, 5), Test("b", Comparison.EQ, "x"))),
    "both": Junction(True, (Test("a", Comparison.LT, 8), Test("b", Comparison.NE, "y"))),
    "known": Test("a", Comparison.KNOWN),
    "missing": Test("b", Comparison.MISSING),
    **{f"is {number}": Test("a", Comparison.EQ, number) for number in range(10)},
}


def random_row(dice: random.Random) -> dict[str, Any]:
    return {name: dice.choice(pool) for name, pool in _POOLS.items() if dice.random() < 0.8}


_POOLS = {"a": list(range(10)), "b": ["x", "y", "z"]}


class FailingDriver:
    """The C module, failing with *error* before or after a random call."""

    def __init__(self, dice: random.Random) -> None:
        self.dice = dice
        self.failures = 0
        self.due: BaseException | None = None
        self.always: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        real = getattr(durable_rules_engine, name)

        def call(*arguments: Any) -> Any:
            if self.always and name == "assert_fact" and "$warm" not in arguments[1]:
                raise self.always
            strikes = self.due is not None and not name.startswith("delete") and self.dice.random() < 0.2
            if strikes and self.dice.random() < 0.5:
                self._fail()
            answer = real(*arguments)
            if strikes:
                self._fail()
            return answer

        return call

    def _fail(self) -> None:
        error, self.due = self.due, None
        if error:
            self.failures += 1
            raise error


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError, durable_rules_engine.error])
def test_a_call_cut_short_anywhere_leaves_the_next_ones_right(error: type[BaseException]) -> None:
    dice = random.Random(11)
    driver = FailingDriver(dice)
    matcher = DurableEngine(driver, remember=0).compile(PROPOSITIONS)  # type: ignore[arg-type]
    reference = ReferenceEngine().compile(PROPOSITIONS)

    for _ in range(1_500):
        row = random_row(dice)
        driver.due = error("cut short") if dice.random() < 0.3 else None
        try:
            found = matcher.match(row)
        except KeyboardInterrupt:
            continue
        assert found == reference.match(row)

    assert driver.failures > 100
    matcher.close()


def test_an_engine_that_fails_twice_on_a_row_is_reported_and_recovers() -> None:
    driver = FailingDriver(random.Random(1))
    matcher = DurableEngine(driver, remember=0).compile(PROPOSITIONS)  # type: ignore[arg-type]
    driver.always = RuntimeError("out of order")

    with pytest.raises(EngineError, match="out of order"):
        matcher.match({"a": 5})

    driver.always = None
    assert matcher.match({"a": 5}) == {"either", "known", "missing", "is 5"}
    matcher.close()


def test_threads_may_share_a_matcher() -> None:
    matcher = DurableEngine(remember=0).compile(PROPOSITIONS)
    reference = ReferenceEngine().compile(PROPOSITIONS)
    wrong: list[dict[str, Any]] = []

    def work(seed: int) -> None:
        dice = random.Random(seed)
        for _ in range(3_000):
            row = random_row(dice)
            if matcher.match(row) != reference.match(row):
                wrong.append(row)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    matcher.close()


def test_answers_remembered_are_the_answers_given() -> None:
    dice = random.Random(2)
    matcher = DurableEngine(remember=10).compile(PROPOSITIONS)  # far fewer than there are different rows
    reference = ReferenceEngine().compile(PROPOSITIONS)

    for _ in range(1_000):
        row = random_row(dice)
        assert matcher.match(row) == reference.match(row)
    matcher.close()


def test_a_closed_matcher_says_so_and_may_be_closed_again() -> None:
    matcher = DurableEngine().compile(PROPOSITIONS)
    matcher.match({})
    matcher.close()
    matcher.close()

    with pytest.raises(EngineError, match="closed"):
        matcher.match({})


def peak_kib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


@pytest.mark.slow
@pytest.mark.parametrize("closing", [True, False], ids=["closed", "forgotten"])
def test_thousands_of_matchers_opened_and_let_go_keep_memory_flat(closing: bool) -> None:
    dice = random.Random(3)

    def open_and_use(times: int) -> None:
        for _ in range(times):
            matcher = DurableEngine(remember=0).compile(PROPOSITIONS)
            matcher.match(random_row(dice))
            if closing:
                matcher.close()

    open_and_use(500)
    before = peak_kib()
    open_and_use(4_000)

    assert peak_kib() - before < 3_000


@pytest.mark.slow
def test_a_hundred_thousand_evaluations_keep_memory_flat() -> None:
    dice = random.Random(5)
    matcher = DurableEngine(remember=0).compile(PROPOSITIONS)
    rows = [random_row(dice) for _ in range(1_000)]

    def use(rounds: int) -> None:
        for _ in range(rounds):
            for row in rows:
                matcher.match(row)

    use(10)
    before = peak_kib()
    use(100)

    assert peak_kib() - before < 1_000
    matcher.close()
