"""When and how often: ``every 30 days``, ``3 in 90 days``, effective dates, rollout and budget."""

import re
from datetime import date

from shared.model.rules import Budget, Repeat, RolloutMode
from shared.model.values import Kind
from shared.policy.codes import BAD_VALUE, MISSING_KEY
from shared.policy.documents.tables import TableReader
from shared.policy.nodes import MapNode, Node, ScalarNode
from shared.policy.quantities import ValueType
from shared.policy.reading import Fields, Reading
from shared.policy.said import Said, example
from shared.policy.shapes import BUDGET, EFFECTIVE, REPEAT, ROLLOUT

_EVERY = re.compile(r"(?:every|每)\s*(.+)")
_PER = re.compile(r"(\d+)\s+in\s+(\d+\s*days?)|(\d+\s*[天日])\s*内\s*(\d+)\s*次")
_AT_ONCE = ("at once", "立即")
_LATER = ("after one period", "一个周期后")
_DURATION = ValueType(Kind.DAYS, minimum=1)


def read_repeat(node: Node | None, tables: TableReader) -> Repeat | None:
    """Read ``every 30 days``, or a mapping with ``every`` or ``table``, and ``first``."""
    reading = tables.reading
    if node is None:
        return None
    if isinstance(node, ScalarNode):
        days = _every(node, reading)
        return Repeat(every_days=days) if days else None
    fields = reading.fields(node, REPEAT)
    if fields is None:
        return None
    if fields.has("every") == fields.has("table"):
        said = Said('a repeat needs either "every" or "table"', "重复须写“every”或“table”之一")
        reading.problems.add(MISSING_KEY, fields.span, said)
        return None
    first = fields.option("first", (*_AT_ONCE, *_LATER), Said("a beginning", "开始方式"))
    later = first in _LATER
    if fields.has("every"):
        return Repeat(every_days=fields.days("every", low=1), later=later)
    inner = fields.get("table")
    table = tables.read(inner, _DURATION) if inner else None
    return Repeat(table=table, later=later) if table else None


def _every(word: ScalarNode, reading: Reading) -> int | None:
    found = _EVERY.fullmatch(word.text.strip())
    if found is None:
        said = Said(f'"{word.text}" is not a repetition', f"“{word.text}”不是重复周期")
        expected = Said('"every 30 days", or a table', "“每 30 天”，或决策表")
        reading.problems.add(BAD_VALUE, word.span, said, expected=expected)
        return None
    value = reading.value(ScalarNode(found[1], word.span), _DURATION)
    return value if isinstance(value, int) else None


def read_per(fields: Fields, name: str) -> tuple[int, int] | None:
    """Read ``3 in 90 days``."""
    word = fields.word(name)
    if word is None:
        return None
    found = _PER.fullmatch(word.text.strip())
    if found is None:
        said = Said(f'"{word.text}" is not a number of times', f"“{word.text}”不是次数")
        expected = Said('"3 in 90 days"', "“90 天内 3 次”")
        fields.reading.problems.add(BAD_VALUE, word.span, said, expected=expected)
        return None
    times, days = (found[1], found[2]) if found[1] else (found[4], found[3])
    length = fields.reading.value(ScalarNode(days, word.span), _DURATION)
    count = fields.reading.value(ScalarNode(times, word.span), ValueType(Kind.INTEGER, minimum=1))
    return (count, length) if isinstance(count, int) and isinstance(length, int) else None


def read_effective(node: Node | None, reading: Reading) -> tuple[int | None, int | None]:
    """Read the first and last day on which a rule applies."""
    fields = reading.fields(node, EFFECTIVE) if node is not None else None
    if fields is None:
        return None, None
    texts = [
        fields.value(name, ValueType(Kind.DATE)) if fields.has(name) else None for name in ("from", "until")
    ]
    first, last = (date.fromisoformat(text).toordinal() if isinstance(text, str) else None for text in texts)
    if first is not None and last is not None and first > last:
        said = Said("the rule ends before it begins", "规则的结束早于开始")
        reading.problems.add(BAD_VALUE, fields.span_of("until"), said)
    return first, last


def read_rollout(node: Node | None, reading: Reading) -> tuple[RolloutMode, float]:
    """Read how much of the world a rule touches."""
    if isinstance(node, ScalarNode):
        node = MapNode(((ScalarNode("mode", node.span), node),), node.span)
    fields = reading.fields(node, ROLLOUT) if node is not None else None
    if fields is None:
        return RolloutMode.LIVE, 100.0
    modes = tuple(mode.value for mode in RolloutMode)
    mode = RolloutMode(fields.option("mode", modes, Said("a mode of rollout", "推出方式"), "live"))
    if (mode is RolloutMode.PERCENT) != fields.has("percent"):
        said = Said(
            'mode percent needs "percent", and only that mode has it',
            "percent 模式须写“percent”，其他模式不写",
        )
        hint = example("{mode: percent, percent: 10}")
        reading.problems.add(MISSING_KEY, fields.span_of("mode"), said, suggestion=hint)
    share = fields.number("percent", 100.0, 0, 100)
    return mode, share


def read_budget(node: Node | None, reading: Reading) -> Budget | None:
    """Read the most firings a local day allows."""
    fields = reading.fields(node, BUDGET) if node is not None else None
    if fields is None:
        return None
    per_day = fields.integer("max_per_day", low=1) if fields.has("max_per_day") else None
    share = fields.percent("max_share_of_customers", 100) if fields.has("max_share_of_customers") else None
    if per_day is None and share is None:
        said = Said(
            'a budget needs "max_per_day" or "max_share_of_customers"',
            "预算须写“max_per_day”或“max_share_of_customers”",
        )
        reading.problems.add(MISSING_KEY, fields.span, said)
        return None
    return Budget(per_day, share)
