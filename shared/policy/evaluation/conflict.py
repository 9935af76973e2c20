"""Who acts when several rules of a policy want to: at most one in each conflict group.

Pure. All rules that change the tier share one group; so do all that set the same fact, because only one
value can stay.
"""

from collections.abc import Sequence
from typing import Protocol, TypeVar

from shared.model.rules import ActionKind, RuleDef

TIER_GROUP = "tier"


def groups(rule: RuleDef) -> tuple[str, ...]:
    """The conflict groups that *rule* belongs to."""
    found = [] if rule.conflict_group is None else [rule.conflict_group]
    for action in rule.actions:
        if action.kind is ActionKind.CHANGE_TIER:
            found.append(TIER_GROUP)
        elif action.kind is ActionKind.SET:
            found.append(f"set {action.fields['fact']}")
    return tuple(dict.fromkeys(found))


class Contestant(Protocol):
    """A rule that wants to act, or to keep what it set."""

    @property
    def definition(self) -> RuleDef:
        """The rule."""

    @property
    def groups(self) -> tuple[str, ...]:
        """Its conflict groups."""


C = TypeVar("C", bound=Contestant)


def by_priority(contestants: Sequence[C]) -> Sequence[C]:
    """Larger priority first; among equals the order of the file."""
    return sorted(contestants, key=_priority, reverse=True) if len(contestants) > 1 else contestants


def _priority(contestant: Contestant) -> int:
    return contestant.definition.priority


def winners(contestants: Sequence[C]) -> dict[str, C | None]:
    """Return by rule id who beat it, ``None`` for those that nobody did. *contestants* come by priority."""
    taken: dict[str, C] = {}
    beaten: dict[str, C | None] = {}
    for contestant in contestants:
        by = next((taken[group] for group in contestant.groups if group in taken), None)
        beaten[contestant.definition.id] = by
        if by is None:
            taken.update(dict.fromkeys(contestant.groups, contestant))
    return beaten
