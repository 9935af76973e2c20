"""The durable-rules engine: its C module called directly, inside the envelope where it is exact.

Boundary: nothing here starts threads or uses `durable.engine`. Rows and constants are encoded as small whole
numbers under generated names, rulesets stay within the engine's limits by construction, and a matcher
whose last call did not finish is rebuilt before it is used again.
"""

import threading
import weakref
from collections import Counter
from collections.abc import Iterable, Mapping
from types import ModuleType
from typing import Any

import durable_rules_engine

from shared.model.conditions import Comparison, Junction, Proposition, Test
from shared.model.values import Value
from shared.policy.engine.encoding import HEAD, Encoding, Field, field_of, literal
from shared.policy.engine.port import EngineError
from shared.policy.engine.typed import answerable
from shared.policy.envelope import MAX_BRANCHES, EnvelopeError, branches, fits, simplified, split
from shared.policy.lowering import tests

MAX_FIELDS = 120  # of a message, each with up to two cells; the engine takes 254
_SENTINEL = '"$w":{"all":[{"m":{"$ex":{"$warm":1}}}]}'
_RETRACT = HEAD + "}"
_WARM = HEAD + ',"$warm":1}'
_RESERVED = {"id", "sid", "$s", "$warm", "$forward", "$time"}

Handles = list[tuple[Any, bool]]
"""Open rulesets, and whether each was warmed up: only then may its state be deleted."""


class DurableEngine:
    """Compiles for durable-rules. *driver* is the C module.

    A matcher remembers up to *remember* answers by encoded row. Codes tell rows apart only where rules do, so
    that customers who differ in nothing a rule can see are answered once.
    """

    name = "durable"

    def __init__(self, driver: ModuleType = durable_rules_engine, *, remember: int = 2_048) -> None:
        self._driver = driver
        self._remember = remember

    def compile(
        self, propositions: Mapping[str, Proposition], *, missing_passes: bool = False
    ) -> "DurableMatcher":
        """Return a matcher; raises `EnvelopeError` naming the first proposition that does not fit."""
        for key, proposition in propositions.items():
            if problem := fits(proposition):
                raise EnvelopeError(f'"{key}": {problem}')
        plan = _plan(propositions, missing_passes=missing_passes)
        return DurableMatcher(plan, self._driver, self._remember)


class _Plan:
    """What to open: per block of fields its encoding and the texts of its rulesets."""

    def __init__(self) -> None:
        self.always: set[str] = set()
        self.keys: dict[str, str] = {}  # engine rule → key
        self.blocks: list[tuple[Encoding, list[str]]] = []


def _plan(propositions: Mapping[str, Proposition], *, missing_passes: bool) -> _Plan:
    plan, work = _Plan(), list[tuple[str, Proposition]]()
    for key, proposition in propositions.items():
        ready = simplified(answerable(proposition))
        if ready == Junction(True, ()):
            plan.always.add(key)
        elif ready != Junction(False, ()):
            work += [(key, part) for part in split(ready)]
    for block in _blocks(work):
        encoding = Encoding((part for _, part in block), missing_passes=missing_passes)
        _check_names(encoding.names)
        plan.blocks.append((encoding, list(_rulesets(_rules(block, encoding), plan.keys))))
    return plan


def _rules(block: list[tuple[str, Proposition]], encoding: Encoding) -> list[tuple[str, int, str]]:
    """Spell the engine rules, sorted: the engine shares the nodes of equal first literals."""
    encoded = [
        (key, each) for key, part in block for each in split(simplified(encoding.encoded(part)))
    ]  # "equal" may have become a group of its own: split again
    frequency = Counter(test for _, each in encoded for test in tests(each))
    return sorted((_source(each, frequency), branches(each), key) for key, each in encoded)


def _blocks(work: list[tuple[str, Proposition]]) -> Iterable[list[tuple[str, Proposition]]]:
    """Keep together what needs no more fields than one message may have."""
    block: list[tuple[str, Proposition]] = []
    fields: set[Field] = set()
    for key, part in work:
        needs = set(map(field_of, tests(part)))
        more = fields | needs
        if block and len(more) > MAX_FIELDS:
            yield block
            block, more = [], needs
        block.append((key, part))
        fields = more
    if block:
        yield block


def _rulesets(rules: list[tuple[str, int, str]], keys: dict[str, str]) -> Iterable[str]:
    """Pack *rules* into rulesets with room for all their alternatives at once."""
    texts, pending = [_SENTINEL], 0
    for source, alternatives, key in rules:
        if pending + alternatives > MAX_BRANCHES:
            yield "{" + ",".join(texts) + "}"
            texts, pending = [_SENTINEL], 0
        rule = f"r{len(keys)}"
        keys[rule] = key
        texts.append(f'"{rule}":{{"all":[{{"m":{source}}}]}}')
        pending += alternatives
    if len(texts) > 1:
        yield "{" + ",".join(texts) + "}"


def _source(proposition: Proposition, frequency: Mapping[Test, int]) -> str:
    if isinstance(proposition, Test):
        return literal(proposition)

    def rank(part: Proposition) -> tuple[bool, bool, int]:  # shared equalities first, groups last
        if isinstance(part, Junction):
            return True, True, 0
        return False, part.comparison is not Comparison.EQ, -frequency[part]

    parts = sorted(proposition.parts, key=rank) if proposition.conjunction else proposition.parts
    sources = ",".join(_source(part, frequency) for part in parts)
    return f'{{"{"$and" if proposition.conjunction else "$or"}":[{sources}]}}'


def _check_names(names: set[str]) -> None:
    """The engine tells field names apart by a 32-bit hash only."""
    every = names | _RESERVED
    if len({_hash(name) for name in every}) != len(every):
        raise EnvelopeError("two engine fields share a hash")


def _hash(name: str) -> int:
    value = 0x811C9DC5
    for byte in name.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


class DurableMatcher:
    """Open rulesets of one plan. One lock: the engine is not re-entrant."""

    def __init__(self, plan: _Plan, driver: ModuleType, remember: int) -> None:
        self._plan = plan
        self._driver = driver
        self._remember = remember
        self._answers: dict[tuple[str, ...], frozenset[str]] = {}
        self._lock = threading.Lock()
        self._handles: Handles = []
        self._encoders = [encoding.encode for encoding, _ in plan.blocks]
        self._rulesets: list[list[Any]] = []
        self._dirty = False
        self._closed = False
        weakref.finalize(self, _close, driver, self._handles).atexit = False
        self._open()

    def match(self, row: Mapping[str, Value]) -> frozenset[str]:
        """Return the keys that hold; see `Matcher`."""
        messages = tuple([encode(row) for encode in self._encoders])
        known = self._answers.get(messages)
        return self._ask(messages) if known is None else known

    def _ask(self, messages: tuple[str, ...]) -> frozenset[str]:
        with self._lock:
            if self._closed:
                raise EngineError("the matcher is closed")
            try:
                answer = self._attempt(messages)
            except Exception:  # whatever the driver raised, its state is lost: once more on a new one
                self._dirty = True
                answer = self._attempt_again(messages)
            if len(self._answers) >= self._remember:
                self._answers.clear()
            if self._remember:
                self._answers[messages] = answer
            return answer

    def _attempt_again(self, messages: tuple[str, ...]) -> frozenset[str]:
        try:
            return self._attempt(messages)
        except Exception as error:
            raise EngineError(f"durable-rules failed twice on one row: {error}") from error

    def _attempt(self, messages: tuple[str, ...]) -> frozenset[str]:
        if self._dirty:  # the last call was cut short: facts may be left inside, never go on with them
            self._rebuild()
        return self._run(messages)

    def close(self) -> None:
        """Free the rulesets."""
        with self._lock:
            self._closed = True
            self._answers.clear()
            _close(self._driver, self._handles)

    def _run(self, messages: tuple[str, ...]) -> frozenset[str]:
        driver, keys = self._driver, self._plan.keys
        found = set(self._plan.always)
        self._dirty = True
        for message, rulesets in zip(messages, self._rulesets, strict=True):
            for ruleset in rulesets:
                code, offset = driver.assert_fact(ruleset, message)
                if code == 1:  # nothing matched, nothing was stored
                    continue
                if code:
                    raise EngineError(f"durable-rules answered {code}")
                fired = driver.start_action_for_state(ruleset, offset)[1]
                while fired is not None:  # '{"r17":{"m":{…}}}'
                    found.add(keys[fired[2 : fired.index('"', 2)]])
                    fired = driver.complete_and_start_action(ruleset, offset)
                driver.retract_fact(ruleset, _RETRACT)
        self._dirty = False
        return frozenset(found)

    def _rebuild(self) -> None:
        _close(self._driver, self._handles)
        self._open()

    def _open(self) -> None:
        self._rulesets = [[self._open_ruleset(text) for text in texts] for _, texts in self._plan.blocks]

    def _open_ruleset(self, text: str) -> Any:
        driver = self._driver
        handle = driver.create_ruleset("guanxi", text)
        self._handles.append((handle, False))
        _, offset = driver.assert_fact(handle, _WARM)  # creates the state, fires the sentinel
        started = driver.start_action_for_state(handle, offset)
        fired = started and started[1]
        while fired:  # completing one action initialises what delete_state frees
            fired = driver.complete_and_start_action(handle, offset)
        driver.retract_fact(handle, _RETRACT)
        self._handles[-1] = (handle, True)
        return handle


def _close(driver: ModuleType, handles: Handles) -> None:
    while handles:
        handle, warm = handles.pop()
        if warm:
            driver.delete_state(handle, "0")  # without it delete_ruleset leaks
        driver.delete_ruleset(handle)
