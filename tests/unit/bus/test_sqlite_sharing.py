"""Sharing partitions: everybody works it out alone and all agree."""

from hypothesis import given
from hypothesis import strategies as st

from shared.bus.sqlite_sharing import quota, surplus, wanted

GROUPS = st.integers(1, 12).flatmap(
    lambda partitions: st.tuples(
        st.just(partitions),
        st.sets(st.sampled_from("abcdefg"), min_size=1),
        st.lists(st.sampled_from("abcdefg"), min_size=partitions, max_size=partitions),
    )
)


@given(GROUPS)
def test_quotas_add_up_to_the_partitions_and_differ_by_one_at_most(
    group: tuple[int, set[str], list[str]],
) -> None:
    partitions, members, owners = group
    held = {member: owners.count(member) for member in members}
    quotas = [quota(member, members, held, partitions) for member in members]
    assert sum(quotas) == partitions
    assert max(quotas) - min(quotas) <= 1


@given(GROUPS)
def test_from_any_start_sharing_settles_and_then_rests(group: tuple[int, set[str], list[str]]) -> None:
    _, members, owners = group
    table = {partition: owner if owner in members else None for partition, owner in enumerate(owners)}
    moves = [step(table, member, members) for _ in range(6) for member in sorted(members)]
    assert None not in table.values()
    assert not any(moves[-len(members) :])


def step(table: dict[int, str | None], member: str, members: set[str]) -> bool:
    """One poll of *member*: give up, then take. Returns whether anything moved."""
    held = {name: list(table.values()).count(name) for name in members}
    fair = quota(member, members, held, len(table))
    mine = [partition for partition, owner in table.items() if owner == member]
    given_up = surplus(mine, fair)
    taken = wanted(mine, [partition for partition, owner in table.items() if owner is None], fair)
    table.update(dict.fromkeys(given_up))
    table.update(dict.fromkeys(taken, member))
    return bool(given_up or taken)


def test_a_balanced_group_keeps_what_it_has() -> None:
    assert quota("a", {"a", "b"}, {"a": 1, "b": 2}, 3) == 1
    assert quota("b", {"a", "b"}, {"a": 1, "b": 2}, 3) == 2
