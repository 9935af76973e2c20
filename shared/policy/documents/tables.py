"""Decision tables: a row of cells and an answer; the first row that matches wins."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice, product
from math import prod

from shared.model.rules import FactDef, Row, Table
from shared.model.values import Kind, Value
from shared.policy.codes import DUPLICATE, PHRASE_MISFIT, TABLE_GAP, UNKNOWN_FACT
from shared.policy.nodes import ListNode, Node, ScalarNode, Span
from shared.policy.quantities import ValueType
from shared.policy.reading import Reading
from shared.policy.said import Said
from shared.policy.shapes import TABLE

ANY = frozenset({"any", "任意", "*"})
_MOST_COMBINATIONS = 20_000
Cells = tuple[tuple[Value, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class TableReader:
    """Reads tables over a fact table."""

    reading: Reading
    facts: Mapping[str, FactDef]

    def read(self, node: Node, answer: ValueType) -> Table | None:
        """Read a table whose answers are of type *answer*."""
        fields = self.reading.fields(node, TABLE)
        if fields is None:
            return None
        inputs = [self._input(word) for word in fields.scalars("inputs")]
        facts = [fact for fact in inputs if fact is not None]
        if len(facts) != len(inputs) or not facts:
            return None
        placed = [
            self._row(item, facts, answer)
            for item in self.reading.items(fields.get("rows"), Said("a list of rows", "行的列表"))
        ]
        otherwise = fields.value("otherwise", answer)
        rows = [row for row in placed if row is not None]
        if len(rows) != len(placed) or (fields.has("otherwise") and otherwise is None):
            return None
        self._check(facts, rows, fields.has("otherwise"), fields.span_of("rows"))
        return Table(tuple(fact.name for fact in facts), tuple(row for row, _ in rows), otherwise)

    def _input(self, word: ScalarNode) -> FactDef | None:
        fact = self.reading.lookup(word, self.facts, Said("fact", "事实"), UNKNOWN_FACT)
        if fact is not None and fact.kind not in {Kind.CHOICE, Kind.BOOLEAN, Kind.TEXT}:
            said = Said(
                f'a table looks at choices; "{fact.name}" is of type {fact.kind.value}',
                f"决策表只看可选项；“{fact.name}”的类型为 {fact.kind.value}",
            )
            hint = Said("set a choice by a rule first, and look at that", "先由规则设定一个可选项，再看该项")
            self.reading.problems.add(PHRASE_MISFIT, word.span, said, suggestion=hint)
            return None
        return fact

    def _row(self, node: Node, facts: list[FactDef], answer: ValueType) -> tuple[Row, Span] | None:
        if not isinstance(node, ListNode) or len(node.items) != len(facts) + 1:
            names, size = ", ".join(fact.name for fact in facts), len(facts) + 1
            expected = Said(f"a row of {size}: [{names}, answer]", f"含 {size} 项的行：[{names}, 结果]")
            self.reading.misshapen(node, expected)
            return None
        cells = [self._cell(item, fact) for item, fact in zip(node.items[:-1], facts, strict=True)]
        word = self.reading.scalar(node.items[-1], Said("the answer", "结果"))
        value = self.reading.value(word, answer) if word else None
        if value is None or any(cell == () for cell in cells):
            return None
        return Row(tuple(cells), value), node.span

    def _cell(self, node: Node, fact: FactDef) -> tuple[Value, ...] | None:
        """The values of a cell; ``None`` for any, empty when faulty."""
        if isinstance(node, ScalarNode) and node.text in ANY:
            return None
        expected = Said("a value, a list of values, or any", "一个值、值的列表，或 any")
        words = self.reading.scalars(node, expected)
        wanted = ValueType(fact.kind, self.reading.currency, fact.choices)
        texts = [(word, text) for word in words for text in self.reading.expand(word) or ()]
        values = [self.reading.parse(text, wanted, word) for word, text in texts]
        known = tuple(value for value in values if value is not None)
        return known if len(known) == len(texts) else ()

    def _check(
        self, facts: list[FactDef], rows: list[tuple[Row, Span]], has_otherwise: bool, span: Span
    ) -> None:
        choices: list[tuple[Value, ...]] = [
            (False, True) if fact.kind is Kind.BOOLEAN else fact.choices for fact in facts
        ]
        if not all(choices) or prod(map(len, choices)) > _MOST_COMBINATIONS:
            if not has_otherwise and not any(all(cell is None for cell in row.cells) for row, _ in rows):
                self._gap(Said("a table over free text", "自由文字的所有情形"), span)
            return
        winners = [(case, _winner(case, [row for row, _ in rows])) for case in product(*choices)]
        gaps = [case for case, winner in winners if winner is None]
        if gaps and not has_otherwise:
            cases = "; ".join(_case_words(facts, case) for case in islice(gaps, 3))
            more = " …" if len(gaps) > 3 else ""
            self._gap(Said(f"{cases}{more}", f"“{cases}”{more}"), span)
        for index in sorted(set(range(len(rows))) - {winner for _, winner in winners}):
            unreached = Said(
                "no customer reaches this row: earlier rows take all",
                "没有客户能到达这一行：前面的行已覆盖全部",
            )
            self.reading.problems.add(DUPLICATE, rows[index][1], unreached)

    def _gap(self, what: Said, span: Span) -> None:
        said = Said("no row answers ", "没有行回答：") + what
        hint = Said('add a row, or "otherwise: …"', "补一行，或加上“otherwise: …”")
        self.reading.problems.add(TABLE_GAP, span, said, suggestion=hint)


def _winner(case: tuple[Value, ...], rows: list[Row]) -> int | None:
    return next((index for index, row in enumerate(rows) if all(_matches(case, row))), None)


def _matches(case: tuple[Value, ...], row: Row) -> Iterator[bool]:
    return (cell is None or value in cell for value, cell in zip(case, row.cells, strict=True))


def _case_words(facts: list[FactDef], case: tuple[Value, ...]) -> str:
    return ", ".join(f"{fact.name} {value}" for fact, value in zip(facts, case, strict=True))
