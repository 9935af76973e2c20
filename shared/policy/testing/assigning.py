"""Find facts that meet demands: one fact at a time, from the values that could make a difference. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.model.conditions import Leaf, Phrase
from shared.model.rules import Bundle, FactDef, FactSource
from shared.model.values import FactValue, Kind
from shared.policy.engine.truth import Situation, truth
from shared.policy.testing.distances import unit
from shared.policy.testing.equivalence import WHOLE, domain
from shared.policy.testing.model import Given
from shared.policy.testing.pivoting import Demands

_SCALE = 1000


@dataclass(frozen=True, slots=True)
class Option:
    """A value for one fact; *previous* is what the evaluation before sees, *before* the window before."""

    value: FactValue
    previous: FactValue
    before: float | None = None

    @property
    def change(self) -> float | None:
        """The percent by which the value differs from the window before."""
        if self.before is None or not isinstance(self.value, (int, float)):
            return None
        return 100 * (self.value - self.before) / self.before


_NO_PINS: Mapping[str, Option] = {}


@dataclass(frozen=True, slots=True)
class Assignment:
    """Facts that meet the demands, and of those that have to change what they were *earlier*."""

    given: Given
    earlier: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True)
class Assigner:
    """Finds facts on local day *day*, as like those of *base* as can be."""

    bundle: Bundle
    base: Given
    day: int
    certain: frozenset[str]  # facts that are never missing

    def meet(self, demands: Demands, pinned: Mapping[str, Option] = _NO_PINS) -> Assignment | None:
        """Return facts that meet every demand, those *pinned* as they are; None when there are none."""
        facts: dict[str, FactValue] = {}
        before: dict[str, float] = {}
        earlier: dict[str, FactValue] = {}
        by_fact: dict[str, list[tuple[Leaf, bool | None]]] = {}
        for leaf, wanted in demands:
            by_fact.setdefault(leaf.fact, []).append((leaf, wanted))
        for name in dict.fromkeys((*by_fact, *pinned)):
            fact, wants = self.bundle.facts[name], by_fact.get(name, [])
            option = self._option(fact, wants, [pinned[name]] if name in pinned else None)
            if option is None:
                return None
            if self.bundle.facts[name].source is FactSource.CALENDAR:
                continue
            facts[name] = option.value
            if option.before is not None:
                before[name] = option.before
            if option.previous != option.value:
                earlier[name] = option.previous
        return Assignment(Given(facts, before), earlier)

    def options(self, leaf: Leaf) -> Iterator[Option]:
        """Every value of the fact of *leaf* that may make a difference to it."""
        yield from self._options(self.bundle.facts[leaf.fact], [leaf])

    def _option(
        self, fact: FactDef, wants: Sequence[tuple[Leaf, bool | None]], pinned: Sequence[Option] | None
    ) -> Option | None:
        for option in pinned or self._options(fact, [leaf for leaf, _ in wants]):
            situation = self._situation(fact, option)
            if all(truth(leaf, situation) is wanted for leaf, wanted in wants):
                return option
        return None

    def _situation(self, fact: FactDef, option: Option) -> Situation:
        facts = {fact.name: option.value, f"{fact.name}~change": option.change}
        calendars = self.bundle.catalogue.calendars
        return Situation(facts, {fact.name: option.previous}, self.day, self.bundle.facts, calendars)

    def _options(self, fact: FactDef, leaves: Sequence[Leaf]) -> Iterator[Option]:
        if any(leaf.phrase in (Phrase.ROSE, Phrase.FELL) for leaf in leaves):
            yield from self._grown(fact, leaves)
        lacking = () if fact.name in self.certain else (None,)
        values = [*dict.fromkeys((*self._based(fact), *self._values(fact, leaves), *lacking))]
        for value in values:
            yield Option(value, value)
        if any(leaf.phrase is Phrase.CHANGED for leaf in leaves):
            yield from (Option(now, then) for now in values for then in values if now != then)

    def _based(self, fact: FactDef) -> Iterator[FactValue]:
        if fact.name in self.base.facts:
            yield self.base.facts[fact.name]
        elif fact.initial is not None:
            yield fact.initial

    def _grown(self, fact: FactDef, leaves: Sequence[Leaf]) -> Iterator[Option]:
        """Values beside a window before that make round percents."""
        scale = _SCALE * (10**self.bundle.catalogue.minor_digits if fact.kind is Kind.AMOUNT else 1)
        for leaf in leaves:
            sign = -1 if leaf.phrase is Phrase.FELL else 1
            for percent in (v + d for v in leaf.values if isinstance(v, (int, float)) for d in (0, -1, 1)):
                value = scale * (100 + sign * percent) / 100
                if value >= 0 and value == int(value):
                    yield Option(int(value), int(value), scale)

    def _values(self, fact: FactDef, leaves: Sequence[Leaf]) -> Iterator[FactValue]:
        if fact.kind.is_numeric:
            yield from self._numbers(fact, leaves)
        elif fact.kind in (Kind.DATE, Kind.MONTH_DAY):
            yield from self._dates(fact, leaves)
        elif fact.kind is Kind.TEXTS:
            yield ()
            yield from ((str(value),) for leaf in leaves for value in leaf.values)
        elif fact.kind is Kind.BOOLEAN:
            yield from (True, False)
        else:
            yield from fact.choices
            yield from (value for leaf in leaves for value in leaf.values)
            if not fact.choices:
                yield "other"

    def _numbers(self, fact: FactDef, leaves: Sequence[Leaf]) -> Iterator[float]:
        least, most = domain(fact, self.bundle)
        for leaf in leaves:
            step = unit(leaf, fact, self.bundle.catalogue.minor_digits)
            for limit in (v for v in leaf.values if isinstance(v, (int, float))):
                for value in (limit, limit - step, limit + step, limit - 10 * step, limit + 10 * step):
                    near = round(value) if fact.kind in WHOLE else round(value, 6)
                    if least <= near <= most:
                        yield int(near) if near == int(near) else near

    def _dates(self, fact: FactDef, leaves: Sequence[Leaf]) -> Iterator[str]:
        for leaf in leaves:
            for days in (v for v in leaf.values if isinstance(v, int)):
                for off in (days, days + 1, -days, -days - 1, days - 1, 180):
                    text = date.fromordinal(self.day + off).isoformat()
                    yield text if fact.kind is Kind.DATE else text[5:]
        yield from (str(v) for leaf in leaves for v in leaf.values if isinstance(v, str))
