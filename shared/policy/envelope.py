"""The safe envelope of the matching engines: what of a proposition they may be given at all.

Pure. The checker asks before a rule file becomes a release; engines ask again before they compile.
Numbers and texts never reach the C engine as such (it sees small whole numbers), so what is bounded here
is shape: alternatives, groups, tests, depth; and constants that facts could not be compared with exactly.
"""

from collections.abc import Iterator
from math import isfinite, prod

from shared.errors import RefusedError
from shared.model.conditions import Junction, Proposition, Test
from shared.model.values import Value
from shared.policy.lowering import tests
from shared.policy.said import Said

MAX_BRANCHES = 63  # pending alternatives of one ruleset, the sentinel's apart
MAX_GROUPS = 15
MAX_TESTS = 100  # in one engine rule
MAX_ENGINE_RULES = 512  # that one proposition may be split into
MAX_DEPTH = 32
MAX_NUMBER = 2**53
MAX_TEXT_BYTES = 10_000


class EnvelopeError(RefusedError):
    """A proposition lies outside what the engines may be given."""

    code = "envelope"


def fits(proposition: Proposition) -> Said | None:
    """Return None if engines may be given *proposition*, else what is too much, in words."""
    if _too_deep(proposition):
        return Said(f"conditions are nested more than {MAX_DEPTH} deep", f"条件嵌套超过 {MAX_DEPTH} 层")
    for test in tests(proposition):
        problem = None if test.value is None else _constant(test.value)
        if problem:
            return problem
    return _too_wide(simplified(proposition))


def simplified(proposition: Proposition) -> Proposition:
    """Flatten groups and decide what is always or never true."""
    if isinstance(proposition, Test):
        return proposition
    parts: list[Proposition] = []
    for part in map(simplified, proposition.parts):
        if isinstance(part, Test) or (part.conjunction is not proposition.conjunction and part.parts):
            parts.append(part)
        elif part.conjunction is proposition.conjunction:
            parts += part.parts
        else:
            return part  # never in a conjunction, or always in a disjunction
    return parts[0] if len(parts) == 1 else Junction(proposition.conjunction, tuple(parts))


def split(proposition: Proposition) -> Iterator[Proposition]:
    """Yield propositions within `MAX_BRANCHES` and `MAX_GROUPS`; any of them suffices."""
    if isinstance(proposition, Test) or (
        branches(proposition) <= MAX_BRANCHES and groups(proposition) <= MAX_GROUPS
    ):
        yield proposition
    elif not proposition.conjunction:
        for part in proposition.parts:
            yield from split(part)
    else:
        choice = max(proposition.parts, key=branches)
        rest = tuple(part for part in proposition.parts if part is not choice)
        for alternative in choice.parts if isinstance(choice, Junction) else ():
            yield from split(simplified(Junction(True, (*rest, alternative))))


def branches(proposition: Proposition) -> int:
    """Count the alternatives of the proposition's disjunctive normal form."""
    if isinstance(proposition, Test):
        return 1
    counts = [branches(part) for part in proposition.parts]
    return prod(counts) if proposition.conjunction else sum(counts)


def groups(proposition: Proposition) -> int:
    """Count the and/or groups of *proposition*."""
    if isinstance(proposition, Test):
        return 0
    return 1 + sum(groups(part) for part in proposition.parts)


def _too_deep(proposition: Proposition) -> bool:
    level = [proposition]
    for _ in range(MAX_DEPTH):
        level = [part for group in level if isinstance(group, Junction) for part in group.parts]
    return bool(level)


def _too_wide(proposition: Proposition) -> Said | None:
    if (count := branches(proposition)) > MAX_ENGINE_RULES * MAX_BRANCHES:
        return Said(
            f"conditions combine into {count} alternatives; write fewer `any` inside `all`",
            f"条件组合出 {count} 种情形；请减少 `all` 中的 `any`",
        )
    for count, part in enumerate(split(proposition), start=1):
        if count > MAX_ENGINE_RULES:
            return Said(
                f"conditions combine into more than {MAX_ENGINE_RULES} groups of alternatives",
                f"条件组合出的情形超过 {MAX_ENGINE_RULES} 组",
            )
        if sum(1 for _ in tests(part)) > MAX_TESTS:
            return Said(
                f"more than {MAX_TESTS} tests must hold together", f"须同时成立的判断超过 {MAX_TESTS} 个"
            )
    return None


def _constant(value: Value) -> Said | None:
    if isinstance(value, str):
        size = len(value.encode("utf-8", "surrogatepass"))
        if size <= MAX_TEXT_BYTES:
            return None
        return Said(
            f"a text of {size} bytes; at most {MAX_TEXT_BYTES}", f"文字长 {size} 字节，至多 {MAX_TEXT_BYTES}"
        )
    if isinstance(value, float) and not isfinite(value):
        return Said(f"{value} is not a number that can be compared with", f"{value} 不是可以比较的数字")
    if abs(value) > MAX_NUMBER:
        return Said("a number beyond 2^53 cannot be compared exactly", "超过 2^53 的数字无法精确比较")
    return None
