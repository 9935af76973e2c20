"""The truth about customers beside what is recorded of them."""

from collections.abc import Iterable, Mapping

import orjson

from shared.asking.errors import MisaskedError
from shared.asking.lists import metric_of
from shared.asking.records import Records
from shared.quality.foreknown import Known
from shared.store.collections import CUSTOMERS, RELATIONSHIPS


def read_truth(lines: Iterable[bytes], name: str) -> dict[str, bool]:
    """The field *name* of each customer, from one JSON object a line with `customer_id`."""
    truth: dict[str, bool] = {}
    for number, line in enumerate(lines, start=1):
        try:
            told = orjson.loads(line)
            customer, value = told["customer_id"], told[name]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            message = f'line {number}: expected {{"customer_id": …, "{name}": true or false}}'
            raise MisaskedError(message, "truth") from error
        if not isinstance(value, bool):
            raise MisaskedError(f'line {number}: "{name}" is {value!r}, not true or false', "fact")
        truth[str(customer)] = value
    return truth


def ask_known(
    records: Records, truth: Mapping[str, bool], metric: str | None
) -> tuple[str, dict[str, Known]]:
    """The metric of spending, and every customer of whom both the truth and a score are known."""
    spending = metric_of(records.bundle, metric).id
    outside = records.bundle.catalogue.tiers[0].id
    members = {document["_id"] for document in records.find(RELATIONSHIPS, {"tier": {"$ne": outside}})}
    known = {
        document["_id"]: Known(
            sought=truth[document["_id"]],
            score=document["score"],
            spend=document["facts"].get(spending) or 0,
            member=document["_id"] in members,
        )
        for document in records.find(CUSTOMERS)
        if document["_id"] in truth and document["score"] is not None
    }
    if not known:
        raise MisaskedError("of none of its customers anything is recorded", "truth")
    return spending, known
