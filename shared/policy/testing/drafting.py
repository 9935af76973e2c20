"""A draft of a test: a customer like another one, facts that change, days to look at. Pure.

Many drafts say nothing new; whoever asks for them runs them and keeps the first that does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from shared.model.rules import ActionKind, Bundle, FactSource, RuleDef
from shared.model.values import FactValue
from shared.policy.nodes import Span
from shared.policy.testing.assigning import Assigner, Assignment, Option
from shared.policy.testing.model import Case, Given, Point
from shared.policy.testing.pivoting import Demands

_NOWHERE = Span("")
_MOST_DAYS = 400
Changes = Mapping[int, Mapping[str, FactValue]]
"""By day, facts that change."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A test without expectations; *given* is what differs from the customer *like*."""

    like: str
    given: Given
    case: Case


@dataclass(frozen=True, slots=True)
class Sketchbook:
    """Makes drafts that begin from the customer *like*, who is known as *base*, on local day *today*."""

    bundle: Bundle
    like: str
    base: Given
    today: int
    certain: frozenset[str]

    def on(self, offset: int) -> Assigner:
        """What finds facts on a later day."""
        return Assigner(self.bundle, self.base, self.today + offset, self.certain)

    def knowing(self, facts: Mapping[str, FactValue]) -> "Sketchbook":
        """The same customer with other *facts*."""
        return replace(self, base=self.base.with_changes(Given(facts)))

    def found(
        self, demands: Demands, pinned: Mapping[str, Option] | None = None
    ) -> Iterator[tuple[int, Assignment]]:
        """Facts that meet *demands*, on the first day on which the calendars allow it."""
        dated = any(self.bundle.facts[leaf.fact].source is FactSource.CALENDAR for leaf, _ in demands)
        for offset in range(_MOST_DAYS if dated else 1):
            found = self.on(offset).meet(demands, pinned or {})
            if found is not None:
                yield offset, found
                return

    def later(
        self, rule: RuleDef, found: Assignment, demands: Demands, offset: int
    ) -> dict[str, FactValue] | None:
        """What has to become of the facts to meet *demands*, after *rule* acted on those *found*."""
        acted = self.base.with_changes(found.given).with_changes(Given(dict(_effects(rule))))
        then = replace(self, base=acted).on(offset).meet(demands)
        if then is None or then.earlier:
            return None
        known = {name: acted.facts.get(name, self.bundle.facts[name].initial) for name in then.given.facts}
        return {name: value for name, value in then.given.facts.items() if known[name] != value}

    def draft(
        self,
        rule: RuleDef,
        found: Assignment,
        offset: int,
        days: tuple[int, ...],
        changes: Changes | None = None,
    ) -> Draft:
        """The test that looks at *days* after *offset*, on which facts change as *changes* say."""
        own = {name: value for name, value in found.given.facts.items() if self._differs(name, value)}
        given = Given({**own, **found.earlier}, found.given.before)
        changing = changes or {}
        points = [Point(offset + day, _NOWHERE, Given(changing.get(day, {}))) for day in sorted({*days})]
        if found.earlier:  # the day before it is still as it was earlier
            turned = Given({name: found.given.facts[name] for name in found.earlier})
            moved = [replace(point, offset=point.offset + 1) for point in points]
            points = [Point(offset, _NOWHERE), replace(moved[0], given=turned), *moved[1:]]
        case = Case(rule.id, _NOWHERE, self.like or "customer", self.base.with_changes(given), tuple(points))
        return Draft(self.like, given, case)

    def _differs(self, name: str, value: FactValue) -> bool:
        if name in self.base.before:
            return True
        initial = self.bundle.facts[name].initial
        return self.base.facts[name] != value if name in self.base.facts else value != initial


def _effects(rule: RuleDef) -> Iterator[tuple[str, FactValue]]:
    """The facts that *rule* leaves behind when it acts."""
    for action in rule.actions:
        value = action.fields.get("value")
        if action.kind is ActionKind.CHANGE_TIER:
            yield "tier", str(action.fields["to"])
        elif action.kind is ActionKind.SET and isinstance(value, (int, float, str, bool)):
            yield str(action.fields["fact"]), value
