"""The standard dataclass, frozen for the type checker only: for values that arise with every message.

At run time a frozen dataclass sets each field through ``object.__setattr__`` and takes two to three times as
long to create; that was the largest single cost of judging. mypy sees the standard decorator, so that
assigning to a field stays an error, and equality and hash are those of a frozen one.
"""

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

__all__ = ["dataclass"]

T = TypeVar("T")

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(
        *, frozen: bool = False, slots: bool = False, eq: bool = True
    ) -> Callable[[type[T]], type[T]]:
        """Make a class a dataclass; *frozen* gives it the hash of its fields."""
        return dataclasses.dataclass(slots=slots, eq=eq, unsafe_hash=frozen and eq)
