"""How the members of a group share partitions. Pure.

Each member works it out for itself from the same table, so no member leads. Sharing is cooperative:
who has too many gives some up at its next poll, who has too few takes only what is free.
"""

from collections.abc import Collection, Mapping


def quota(member: str, members: Collection[str], held: Mapping[str, int], partitions: int) -> int:
    """Return how many of *partitions* the live *member* should hold.

    Shares differ by one at most; the larger ones stay with those who hold most already, so that
    nothing moves without need.
    """
    share, larger = divmod(partitions, len(members))
    ranked = sorted(members, key=lambda name: (-held.get(name, 0), name))
    return share + (ranked.index(member) < larger)


def surplus(mine: Collection[int], fair: int) -> list[int]:
    """Return which of *mine* to give up to hold no more than *fair*."""
    return sorted(mine)[fair:]


def wanted(mine: Collection[int], free: Collection[int], fair: int) -> list[int]:
    """Return which *free* partitions to take to hold no more than *fair*."""
    return sorted(free)[: max(0, fair - len(mine))]
