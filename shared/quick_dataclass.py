"""The standard dataclass, frozen for the type checker only: for values that arise with every message.

At run time a frozen dataclass sets each field through ``object.__setattr__`` and takes two to three times as
long to create; that was the largest single cost of judging. mypy sees the standard decorator, so that
assigning to a field stays an error, and equality and hash are those of a frozen one.
"""

import dataclasses
from collections.abc import Callable, Mapping
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

__all__ = ["dataclass", "replace"]

T = TypeVar("T")

if TYPE_CHECKING:
    from dataclasses import dataclass, replace
else:

    def dataclass(
        *, frozen: bool = False, slots: bool = False, eq: bool = True
    ) -> Callable[[type[T]], type[T]]:
        """Make a class a dataclass; *frozen* gives it the hash of its fields."""
        return dataclasses.dataclass(slots=slots, eq=eq, unsafe_hash=frozen and eq)

    def replace(value: T, /, **changes: Any) -> T:
        """Copy *value*, which has several fields, with *changes*; as the standard one, in half the time."""
        read, places = _initialised(type(value))
        values = list(read(value))
        for name, changed in changes.items():
            values[places[name]] = changed
        return type(value)(*values)


@lru_cache(maxsize=256)
def _initialised(of: type[Any]) -> tuple[Callable[[Any], tuple[Any, ...]], Mapping[str, int]]:
    """How to read the fields that `__init__` takes, and the place of each among them."""
    names = [field.name for field in dataclasses.fields(of) if field.init]
    return attrgetter(*names), {name: place for place, name in enumerate(names)}
