"""The contact cap of notifications.yaml: so many contacts in so many days; what the last of them wait for.

What a contact is, and which come first, is `shared.policy.contacting`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from shared.model.contacts import Keep
from shared.model.rules import NotificationPlan, PolicyDef
from shared.model.values import Kind
from shared.policy.codes import BAD_VALUE, KEPT_FOR_NOBODY
from shared.policy.contacting import weights_in
from shared.policy.documents.timing import read_per
from shared.policy.nodes import MapNode, Node, ScalarNode, Span
from shared.policy.quantities import ValueType
from shared.policy.reading import Fields, Reading
from shared.policy.said import Said, example
from shared.policy.shapes import CONTACT_CAP

_FOR = re.compile(r"(key events|关键事件)|(?:priority at least|优先级至少)\s*(-?\d+)")
_EXPECTED = Said("key events, or priority at least 20", "“关键事件”，或“优先级至少 20”")
_SHARES = example("{1: key events, 2: priority at least 10}")
_CLIMB = Said(
    "ask for more of the last contacts than of those before them, or leave this out",
    "越靠后的联系要求应越高，否则删去此项",
)
_RAISE = Said(
    "; raise that of a rule with `priority` or `contact_priority`, or keep less",
    "；用 `priority` 或 `contact_priority` 提高某规则的优先级，或少保留一些",
)
_COUNT = ValueType(Kind.INTEGER, minimum=1)

Cap = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Placed:
    """What is kept, and where it stands."""

    keep: Keep
    span: Span


def read_contact_cap(fields: Fields, reading: Reading) -> tuple[Cap | None, tuple[Keep, ...]]:
    """Read ``3 in 30 days``, or a mapping that keeps some of them for what matters more."""
    node = fields.get("contact_cap")
    if not isinstance(node, MapNode):
        return read_per(fields, "contact_cap"), ()
    found = reading.fields(node, CONTACT_CAP)
    cap = read_per(found, "most") if found else None
    placed = list(_keeps(found, reading)) if found else []
    if cap:
        _check_room(placed, cap, reading)
    _check_each_adds(placed, reading)
    return cap, tuple(each.keep for each in placed)


def check_keeps(node: Node, plan: NotificationPlan, policies: Sequence[PolicyDef], reading: Reading) -> None:
    """Warn of what is kept for contacts that no rule orders."""
    if not plan.keeps or not reading.problems.all_read:
        return
    weights = list(weights_in(policies, plan).values())
    cap = node.get("contact_cap") if isinstance(node, MapNode) else None
    entries = _keeps(Fields(cap, reading), reading) if isinstance(cap, MapNode) else ()
    for each in entries:
        if not any(each.keep.serves(weight) for weight in weights):
            _tell_of_nobody(each, max((weight.priority for weight in weights), default=None), reading)


def _keeps(fields: Fields, reading: Reading) -> Iterator[_Placed]:
    """Yield what is kept, as written."""
    if kept := fields.integer("keep_for_key_events"):
        yield _Placed(Keep(kept), fields.span_of("keep_for_key_events"))
    for key, value in reading.entries(fields.get("keep"), _SHARES):
        last = reading.value(key, _COUNT)
        word = reading.scalar(value, _EXPECTED)
        keep = _keep(last, word, reading) if isinstance(last, int) and word else None
        if keep is not None:
            yield _Placed(keep, key.span)


def _keep(last: int, word: ScalarNode, reading: Reading) -> Keep | None:
    found = _FOR.fullmatch(word.text.strip())
    if found is None:
        reading.problems.add(
            BAD_VALUE,
            word.span,
            Said(
                f'"{word.text}" does not say what contacts are kept for',
                f"“{word.text}”没有说明联系次数为谁保留",
            ),
            expected=_EXPECTED,
        )
        return None
    return Keep(last, None if found[1] else int(found[2]))


def _check_room(placed: Sequence[_Placed], cap: Cap, reading: Reading) -> None:
    """What is kept must leave something for everybody else."""
    for keep, span in ((each.keep, each.span) for each in placed if each.keep.last >= cap[0]):
        reading.problems.add(
            BAD_VALUE,
            span,
            Said(
                f"{keep.last} of {cap[0]} contacts kept for {keep.name} leave none for any other",
                f"{cap[0]} 次联系中保留 {keep.last} 次（{_chinese(keep)}），其他联系一次也没有了",
            ),
            expected=Said(f"less than {cap[0]}", f"小于 {cap[0]}"),
        )


def _check_each_adds(placed: Sequence[_Placed], reading: Reading) -> None:
    """A keep within a larger one that asks for as much or more keeps nothing."""
    for each in placed:
        wider = next((one.keep for one in placed if one is not each and _covers(one.keep, each.keep)), None)
        if wider is not None:
            reading.problems.add(
                BAD_VALUE,
                each.span,
                Said(
                    f"the last {each.keep.last} for {each.keep.name} keep nothing: "
                    f"the last {wider.last} are for {wider.name} already",
                    f"最后 {each.keep.last} 次（{_chinese(each.keep)}）没有作用："
                    f"最后 {wider.last} 次已保留给{_chinese(wider)}",
                ),
                suggestion=_CLIMB,
            )


def _covers(one: Keep, other: Keep) -> bool:
    """Whether whoever *other* turns away is turned away by *one* already."""
    if one.last < other.last or (one.priority is None) != (other.priority is None):
        return False
    if one.priority is None or other.priority is None:
        return one.last > other.last
    return one.priority >= other.priority


def _tell_of_nobody(each: _Placed, highest: int | None, reading: Reading) -> None:
    known = Said(f"the highest priority is {highest}", f"最高优先级为 {highest}")
    if highest is None:
        known = Said("no rule orders a contact", "没有规则安排联系")
    reading.problems.add(
        KEPT_FOR_NOBODY,
        each.span,
        Said(
            f"the last {each.keep.last} of the contacts are kept for {each.keep.name}, "
            "and no rule orders such",
            f"最后 {each.keep.last} 次联系保留给{_chinese(each.keep)}，但没有规则安排这样的联系",
        ),
        suggestion=known + _RAISE,
    )


def _chinese(keep: Keep) -> str:
    return "关键事件" if keep.priority is None else f"优先级至少 {keep.priority} 的联系"
