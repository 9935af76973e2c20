"""All rules of a bundle with their places, and the questions that can be asked of them.

Pure. What a check needs: facts, rules in the order of evaluation, and `Regions` to find customers in.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import date

from shared.model.catalogue import Catalogue
from shared.model.conditions import Condition, Leaf
from shared.model.rules import FactDef, RolloutMode, RuleDef
from shared.policy.checks.regions.claims import Choice, Claim, Claims
from shared.policy.checks.regions.customer import Customer
from shared.policy.checks.regions.search import TooLargeError
from shared.policy.checks.regions.solver import Regions
from shared.policy.documents.policies import PlacedRule
from shared.policy.lowering import leaves
from shared.policy.nodes import Span

SOME_DAY = date(2026, 1, 1).toordinal()
"""Where dates are looked at first when nobody says what day it is; later and earlier ones follow."""


@dataclass(slots=True)
class Rulebook:
    """The rules under check; *undecided* collects the rules whose conditions had too many cases."""

    facts: Mapping[str, FactDef]
    catalogue: Catalogue
    policies: Sequence[tuple[str, Sequence[PlacedRule]]]
    places: Mapping[int, Span]
    today: int | None = None
    claims: Claims = field(init=False)
    undecided: dict[str, PlacedRule] = field(default_factory=dict)
    _regions: Regions = field(init=False)

    def __post_init__(self) -> None:
        self.claims = Claims(self.facts)
        self._regions = Regions(self.facts, self.catalogue, self.first_day)

    @property
    def first_day(self) -> int:
        """The day at which looking at dates begins."""
        return self.today or SOME_DAY

    @property
    def rules(self) -> Iterator[PlacedRule]:
        """Every rule in the order of evaluation."""
        for _, rules in self.policies:
            yield from rules

    @property
    def acting(self) -> list[PlacedRule]:
        """The rules with an effect on customers: neither in shadow nor expired."""
        return [placed for placed in self.rules if self._acts(placed.rule)]

    def _acts(self, rule: RuleDef) -> bool:
        expired = self.today is not None and rule.effective_until is not None
        over = expired and rule.effective_until < self.today  # type: ignore[operator]
        return rule.rollout is not RolloutMode.SHADOW and not over

    def customer(
        self, about: PlacedRule, *claims: Claim | Choice, private: AbstractSet[str] = frozenset()
    ) -> Customer | None:
        """Return a customer of whom all *claims* are true; none, too, if there are too many cases to tell."""
        return next(self.customers(about, *claims, private=private), None)

    def customers(
        self, about: PlacedRule, *claims: Claim | Choice, private: AbstractSet[str] = frozenset()
    ) -> Iterator[Customer]:
        """Yield a customer for each way in which all *claims* are true."""
        try:
            yield from self._regions.customers(*claims, private=private)
        except TooLargeError:
            self.undecided.setdefault(about.rule.id, about)

    def impossible(
        self, about: PlacedRule, *claims: Claim | Choice, private: AbstractSet[str] = frozenset()
    ) -> bool:
        """Whether it is proved that *claims* are never true together."""
        try:
            return self._regions.customer(*claims, private=private) is None
        except TooLargeError:
            self.undecided.setdefault(about.rule.id, about)
            return False

    def place(self, leaf: Leaf, placed: PlacedRule) -> Span:
        """Where *leaf* of a rule stands."""
        return self.places.get(id(leaf), placed.span)


def reads(*conditions: Condition | None) -> frozenset[str]:
    """The facts that *conditions* look at."""
    return frozenset(leaf.fact for each in conditions if each is not None for leaf in leaves(each))


def apart_in_time(one: RuleDef, other: RuleDef) -> bool:
    """Whether the two are never in force on the same day."""
    return _ends_before(one, other) or _ends_before(other, one)


def _ends_before(one: RuleDef, other: RuleDef) -> bool:
    ends, begins = one.effective_until, other.effective_from
    return ends is not None and begins is not None and ends < begins
