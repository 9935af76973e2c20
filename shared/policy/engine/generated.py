"""The Python engine: all propositions of a policy compiled to one Python function.

The oracle of tests, the evaluator of backtests, and selectable as the live engine. Pure.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.model.conditions import Comparison, Proposition, Test
from shared.model.values import Value
from shared.policy.engine.typed import answerable, asked
from shared.policy.envelope import EnvelopeError, fits, simplified
from shared.policy.lowering import tests

Match = Callable[[Mapping[str, Value]], set[str]]

_CELLS = {
    "number": "{0} if t is int or t is float else nan",
    "text": "{0} if t is str else None",
    "boolean": "{0} if t is bool else None",
    "presence": "{0}",
}


@dataclass(frozen=True, slots=True)
class PythonMatcher:
    """One generated function; it keeps no state."""

    match: Match

    def close(self) -> None:
        """Nothing to free."""


class PythonEngine:
    """Generates code."""

    name = "python"

    def compile(
        self, propositions: Mapping[str, Proposition], *, missing_passes: bool = False
    ) -> PythonMatcher:
        """Return a matcher; raises `EnvelopeError` naming the first proposition that does not fit."""
        for key, proposition in propositions.items():
            if problem := fits(proposition):
                raise EnvelopeError(f'"{key}": {problem}')
        ready = {key: simplified(answerable(each)) for key, each in propositions.items()}
        return PythonMatcher(_compile(ready, missing_passes=missing_passes))


def _compile(
    propositions: Mapping[str, Proposition], *, missing_passes: bool
) -> Callable[[Mapping[str, Value]], set[str]]:
    """Write the function. Names and constants enter as literals made by `repr`, never as source text."""
    fields = sorted({(test.column, asked(test)) for each in propositions.values() for test in tests(each)})
    names = {field: f"v{number}" for number, field in enumerate(fields)}
    lines, column = ["def match(row):", " get = row.get", " found = set()"], None
    for field, name in list(names.items()):
        if field[0] != column:
            column = field[0]
            lines += [f" v = get({column!r})", " t = type(v)"]
            if missing_passes:
                names[column, None] = f"m{len(names)}"
                lines.append(f" {names[column, None]} = v is None")
        lines.append(f" {name} = {_CELLS[field[1] or ''].format('v')}")
    for key, each in propositions.items():
        lines.append(f" if {_source(each, names)}: found.add({key!r})")
    scope: dict[str, Any] = {"nan": float("nan")}
    exec("\n".join([*lines, " return found"]), scope)  # noqa: S102  # made of our own literals only
    match: Match = scope["match"]
    return match


def _source(proposition: Proposition, names: Mapping[Any, str]) -> str:
    if isinstance(proposition, Test):
        said = _test(proposition, names[proposition.column, asked(proposition)])
        missing = names.get((proposition.column, None))
        return f"({missing} or {said})" if missing and asked(proposition) != "presence" else said
    if not proposition.parts:
        return str(proposition.conjunction)
    word = " and " if proposition.conjunction else " or "
    return f"({word.join(_source(part, names) for part in proposition.parts)})"


def _test(test: Test, name: str) -> str:
    if test.comparison is Comparison.KNOWN:
        return f"{name} is not None"
    if test.comparison is Comparison.MISSING:
        return f"{name} is None"
    if test.comparison is Comparison.NE:  # nan and None, what is of another type, differ from everything
        known = f"{name} == {name}" if asked(test) == "number" else f"{name} is not None"
        return f"({known} and {name} != {test.value!r})"
    return f"{name} {test.comparison.value} {test.value!r}"
