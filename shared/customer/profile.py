"""What a customer's profile says: for each field the word of the latest event that named it.

Pure. Kept as the events that still have the latest word in some field, in their order, so that it is
the same whatever order they came in.
"""

from bisect import insort
from collections.abc import Mapping
from typing import Any

from shared.customer.series import Key
from shared.customer.state import Update
from shared.model.values import FactValue


def revise(profile: list[Update], key: Key, data: Mapping[str, Any]) -> None:
    """Take *data* into *profile*, for every field that no later event has named.

    A field set to null is unknown from then on.
    """
    fields = dict(data)
    order = list(key)
    for update in profile:
        later, earlier = (update[3], fields) if update[:3] > order else (fields, update[3])
        for name in earlier.keys() & later.keys():
            del earlier[name]
    if fields:
        insort(profile, [*order, fields], key=_order)
    profile[:] = [update for update in profile if update[3]]


def _order(update: Update) -> list[str]:
    return update[:3]


def profile_facts(profile: list[Update]) -> dict[str, FactValue]:
    """Return the known profile facts; lists become tuples."""
    facts: dict[str, FactValue] = {}
    for update in profile:
        for name, value in update[3].items():
            if value is not None:
                facts[name] = tuple(value) if isinstance(value, list) else value
    return facts
