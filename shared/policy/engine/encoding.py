"""Encode rows and tests as small whole numbers, so that nothing a person wrote reaches the C engine.

A number is replaced by its place among the thresholds it is compared with (even between two, odd on one), a
text by the number of the constant it equals (0: none of them). Comparisons of codes then answer exactly as
comparisons of values, for numbers of any size and texts of any length or alphabet. Field names are generated.

Where missing columns pass, each field has a high and a low code: the same for a known value, beyond every
code for a missing one; at least and more ask the high one, at most and less the low one, "equal" asks both.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from shared.model.conditions import Comparison, Junction, Proposition, Test
from shared.model.values import Value
from shared.policy.engine.typed import PRESENCE, Asked, asked
from shared.policy.lowering import tests

HEAD = '{"id":1,"sid":"0"'
_OPERATORS = {
    Comparison.NE: "$neq",
    Comparison.LT: "$lt",
    Comparison.LE: "$lte",
    Comparison.GT: "$gt",
    Comparison.GE: "$gte",
}
_LOW = (Comparison.LT, Comparison.LE)

Field = tuple[str, Asked]
"""A column, and what is asked of it."""


def field_of(test: Test) -> Field:
    """Return the field that *test* needs; only answerable tests have one."""
    of = asked(test)
    if of is None:
        raise ValueError(f"{test} can never pass: leave it out")
    return test.column, of


class Encoding:
    """The codes of one group of answerable propositions."""

    def __init__(self, propositions: Iterable[Proposition], *, missing_passes: bool) -> None:
        constants: dict[Field, set[Value]] = {}
        for proposition in propositions:
            for test in tests(proposition):
                known = constants.setdefault(field_of(test), set())
                if test.value is not None and test.comparison not in PRESENCE:
                    known.add(test.value)
        self._missing_passes = missing_passes
        self._constants = {field: sorted(constants[field]) for field in sorted(constants)}
        self._numbers = {field: number for number, field in enumerate(self._constants)}
        self.encode: Callable[[Mapping[str, Value]], str] = self._compile()

    @property
    def names(self) -> set[str]:
        """The engine's names of the fields."""
        return {f"{side}{number}" for number in self._numbers.values() for side in "cd"}

    def encoded(self, proposition: Proposition) -> Proposition:
        """Return *proposition* in terms of engine fields and codes."""
        if isinstance(proposition, Junction):
            return Junction(proposition.conjunction, tuple(map(self.encoded, proposition.parts)))
        field = field_of(proposition)
        high, low = f"c{self._numbers[field]}", f"d{self._numbers[field]}"
        if proposition.comparison in PRESENCE:
            return Test(high, Comparison.EQ, int(proposition.comparison is Comparison.KNOWN))
        code = 2 * self._constants[field].index(proposition.value) + 1  # type: ignore[arg-type]
        if self._missing_passes and proposition.comparison is Comparison.EQ:
            return Junction(True, (Test(high, Comparison.GE, code), Test(low, Comparison.LE, code)))
        asks_low = self._missing_passes and proposition.comparison in _LOW
        return Test(low if asks_low else high, proposition.comparison, code)

    def _compile(self) -> Callable[[Mapping[str, Value]], str]:
        """Write one straight function from row to message: it runs for every evaluation.

        Column names and constants enter as literals made by `repr` or by reference, never as source text.
        """
        scope: dict[str, Any] = {"left": bisect_left, "right": bisect_right}
        lines, column = ["def encode(row):", " get = row.get"], None
        for field, number in self._numbers.items():
            if field[0] != column:
                column = field[0]
                lines += [f" v = get({column!r})", " t = type(v)"]
            lines.append(f" c{number} = " + _CELLS[field[1]].format(n=number))
            scope |= self._scope(field, number)
        cells = "".join(f"{{c{number}}}" for number in self._numbers.values())
        lines.append(f" return f'{{{HEAD}{cells}}}}}'")
        exec("\n".join(lines), scope)  # noqa: S102  # made of our own literals only
        encode: Callable[[Mapping[str, Value]], str] = scope["encode"]
        return encode

    def _scope(self, field: Field, number: int) -> dict[str, Any]:
        constants, asked_of = self._constants[field], field[1]
        beyond = 2 * len(constants) + 2
        missing = f',"c{number}":{beyond},"d{number}":-1' if self._missing_passes else ""
        if asked_of == "presence":
            codes: Any = (f',"c{number}":0', f',"c{number}":1')
        elif asked_of == "number":
            codes = [self._cell(number, code) for code in range(beyond)]
        else:
            codes = {value: self._cell(number, 2 * at + 1) for at, value in enumerate(constants)}
        names = {"limits": constants, "codes": codes, "other": self._cell(number, 0), "missing": missing}
        return {f"{name}{number}": value for name, value in names.items()}

    def _cell(self, number: int, code: int) -> str:
        low = f',"d{number}":{code}' if self._missing_passes else ""
        return f',"c{number}":{code}{low}'


_CELLS: Mapping[Asked, str] = {
    "number": "codes{n}[left(limits{n}, v) + right(limits{n}, v)] if t is int or t is float and v == v"
    " else missing{n} if v is None else ''",
    "text": "codes{n}.get(v, other{n}) if t is str else missing{n} if v is None else ''",
    "boolean": "codes{n}.get(v, other{n}) if t is bool else missing{n} if v is None else ''",
    "presence": "codes{n}[v is not None]",
}


def literal(test: Test) -> str:
    """Return the engine's condition for an encoded *test*, as JSON."""
    asks = f'{{"{test.column}":{test.value}}}'
    operator = _OPERATORS.get(test.comparison)
    return f'{{"{operator}":{asks}}}' if operator else asks
