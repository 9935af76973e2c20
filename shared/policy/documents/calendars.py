"""calendars/*.yaml and lists/*.yaml: dates and values that operations keep."""

from collections.abc import Iterator
from datetime import date

from shared.model.catalogue import Calendar, Period
from shared.model.values import Kind, Text
from shared.policy.codes import BAD_VALUE, MISSING_KEY, NAME_TAKEN
from shared.policy.nodes import ListNode, Node, ScalarNode, Span
from shared.policy.quantities import ValueType
from shared.policy.reading import FACT_NAME, Fields, ListValue, Reading
from shared.policy.said import Said, example
from shared.policy.shapes import CALENDAR, LIST, PERIOD, YEARLY

FIRST_YEAR, LAST_YEAR = 1990, 2099


def read_calendar(name: str, node: Node, reading: Reading) -> Calendar | None:
    """Read the calendar that stands in ``calendars/<name>.yaml``."""
    fields = reading.fields(node, CALENDAR)
    if fields is None:
        return None
    check_own_name(fields, "calendar", name)
    periods = [
        period
        for item in reading.items(fields.get("periods"), Said("a list of periods", "时段的列表"))
        for period in _periods(item, reading)
    ]
    ordered = sorted(periods, key=lambda period: (period.first_day, period.last_day, period.name))
    return Calendar(name, fields.words("title"), tuple(ordered))


def check_own_name(fields: Fields, key: str, name: str) -> None:
    """Report when a file says another name than its own."""
    word = fields.word(key)
    if word and word.text != name:
        said = Said(
            f'the file is named "{name}" but says "{word.text}"',
            f"文件名为“{name}”，文件中却写作“{word.text}”",
        )
        fields.reading.problems.add(BAD_VALUE, word.span, said, suggestion=example(f"{key}: {name}"))


def _periods(node: Node, reading: Reading) -> Iterator[Period]:
    fields = reading.fields(node, PERIOD)
    if fields is None:
        return
    word = fields.word("name")
    if word is None or not reading.name(word, FACT_NAME, Said("a period", "时段")):
        return
    title = fields.words("title") or {"en": word.text.replace("_", " ")}
    yearly = fields.get("every year")
    if yearly is not None:
        yield from _yearly(word.text, title, yearly, reading)
    else:
        yield from _once(word.text, title, fields, reading)


def _once(name: str, title: Text, fields: Fields, reading: Reading) -> Iterator[Period]:
    for key in ("from", "to"):
        if not fields.has(key):
            said = Said(f'a period needs "{key}", or "every year"', f"时段缺少“{key}”或“every year”")
            reading.problems.add(MISSING_KEY, fields.span, said)
    first, last = (fields.value(key, ValueType(Kind.DATE)) for key in ("from", "to"))
    if isinstance(first, str) and isinstance(last, str):
        if first > last:
            _backwards(fields.span_of("to"), reading)
        else:
            yield Period(name, title, _ordinal(first), _ordinal(last))


def _yearly(name: str, title: Text, node: Node, reading: Reading) -> Iterator[Period]:
    fields = reading.fields(node, YEARLY)
    if fields is None:
        return
    first, last = (fields.value(key, ValueType(Kind.MONTH_DAY)) for key in ("from", "to"))
    if not isinstance(first, str) or not isinstance(last, str):
        return
    for year in range(FIRST_YEAR, LAST_YEAR + 1):
        end_year = year + 1 if last < first else year  # from December into January
        yield Period(name, title, _in_year(first, year, False), _in_year(last, end_year, True))


def _in_year(month_day: str, year: int, is_last: bool) -> int:
    try:
        return _ordinal(f"{year:04}-{month_day}")
    except ValueError:  # 29 February in a common year
        return _ordinal(f"{year:04}-{'02-28' if is_last else '03-01'}")


def _ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def _backwards(span: Span, reading: Reading) -> None:
    said = Said("the period ends before it begins", "时段的结束早于开始")
    hint = Said("swap from and to", "对调 from 与 to")
    reading.problems.add(BAD_VALUE, span, said, suggestion=hint)


def read_list(name: str, node: Node, reading: Reading, known: dict[str, ListValue]) -> None:
    """Read ``lists/<name>.yaml`` into *known*; names are shared by all list files."""
    fields = reading.fields(node, LIST)
    if fields is None:
        return
    check_own_name(fields, "list", name)
    reading.words(fields.get("title"))
    for key, value in reading.entries(fields.get("values"), Said("names and values", "名称与值")):
        if not reading.name(key, FACT_NAME, Said("a list", "列表")):
            continue
        if key.text in known:
            first = known[key.text].span
            place = f"{first.file}:{first.line}"
            said = Said(f'"${key.text}" is already declared in {place}', f"“${key.text}”已在 {place} 声明")
            reading.problems.add(NAME_TAKEN, key.span, said)
        else:
            known[key.text] = _list_value(key, value, reading)


def _list_value(key: ScalarNode, value: Node, reading: Reading) -> ListValue:
    words = reading.scalars(value, Said("a value or a list of values", "一个值或值的列表"))
    return ListValue(tuple(word.text for word in words), isinstance(value, ListNode), key.span)
