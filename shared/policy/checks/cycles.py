"""Ways back to where one came from, in a graph of places with named steps between them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

P = TypeVar("P")
S = TypeVar("S")


def cycles(
    places: Sequence[P], steps: Mapping[P, Sequence[tuple[P, S]]]
) -> Iterator[tuple[tuple[P, S], ...]]:
    """Yield every simple cycle once, as (place, step taken from there), from the earliest of its *places*."""
    for number, start in enumerate(places):
        yield from _back_to(start, start, (), frozenset(places[number:]), steps)


def _back_to(
    start: P,
    here: P,
    path: tuple[tuple[P, S], ...],
    open_places: frozenset[P],
    steps: Mapping[P, Sequence[tuple[P, S]]],
) -> Iterator[tuple[tuple[P, S], ...]]:
    for there, step in steps.get(here, ()):
        longer = (*path, (here, step))
        if there == start:
            yield longer
        elif there in open_places:
            yield from _back_to(start, there, longer, open_places - {there}, steps)
