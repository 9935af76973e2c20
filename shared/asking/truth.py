"""The truth about customers, as somebody outside knows it: read from JSON Lines or a CSV table. Pure."""

import csv
from collections.abc import Iterable, Iterator, Mapping

import orjson

from shared.asking.errors import MisaskedError

Truth = Mapping[str, bool]
"""What is true, or not, of each customer."""

CUSTOMER = "customer_id"
_SAID = {"true": True, "false": False}


def truth_from_json_lines(lines: Iterable[bytes], name: str) -> Truth:
    """The field *name* of each customer, from one JSON object a line with `customer_id`."""
    truth: dict[str, bool] = {}
    for number, line in enumerate(lines, start=1):
        try:
            told = orjson.loads(line)
            customer, value = told[CUSTOMER], told[name]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            message = f'line {number}: expected {{"{CUSTOMER}": …, "{name}": true or false}}'
            raise MisaskedError(message, "truth") from error
        if not isinstance(value, bool):
            raise _neither(number, name, value)
        truth[str(customer)] = value
    return truth


def truth_from_csv(lines: Iterable[bytes], name: str) -> Truth:
    """The column *name* of each customer, from a table with a column `customer_id`.

    Spreadsheets write a mark of the encoding first, and TRUE or FALSE.
    """
    rows = csv.DictReader(_texts(lines))
    try:
        if missing := {CUSTOMER, name} - set(rows.fieldnames or ()):
            raise MisaskedError(f"the table has no column {', '.join(sorted(missing))}", "truth")
        return dict(_row(rows.line_num, row, name) for row in rows)
    except csv.Error as error:
        raise MisaskedError(f"line {rows.line_num}: {error}", "truth") from error


def _row(number: int, row: Mapping[str, str | None], name: str) -> tuple[str, bool]:
    customer, said = row[CUSTOMER], row[name] or ""
    if not customer:
        raise MisaskedError(f"line {number}: no {CUSTOMER}", "truth")
    value = _SAID.get(said.strip().lower())
    if value is None:
        raise _neither(number, name, said)
    return customer, value


def _texts(lines: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(lines, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise MisaskedError(f"line {number}: not UTF-8", "truth") from error


def _neither(number: int, name: str, value: object) -> MisaskedError:
    return MisaskedError(f'line {number}: "{name}" is {value!r}, not true or false', "fact")
