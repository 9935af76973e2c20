"""How far a customer is from a rule: the leaves that would have to turn, and by how much.

Pure. A distance is counted to the nearest value that would do, in the unit the threshold is written in.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from shared.contracts.decision import LeafTrace
from shared.model.conditions import Condition, Connective, Leaf, Phrase
from shared.model.rules import Bundle, FactDef
from shared.model.values import FactValue, Kind, Value
from shared.policy.engine.truth import Situation, days_away, trace
from shared.policy.evaluation.explain import fewest
from shared.policy.lowering import leaves
from shared.policy.quantities import write_value

_OPEN = frozenset({Phrase.MORE_THAN, Phrase.LESS_THAN})
_DOWNWARD = frozenset({Phrase.AT_MOST, Phrase.LESS_THAN})
ORDERED = frozenset(
    {Phrase.AT_LEAST, Phrase.MORE_THAN, Phrase.AT_MOST, Phrase.LESS_THAN, Phrase.BETWEEN,
     Phrase.WITHIN, Phrase.ROSE, Phrase.FELL}
)  # fmt: skip
"""Phrases with a threshold."""
MISSING, CHANGED = "missing", "changed"
MEASURED_IN = {Phrase.WITHIN: Kind.DAYS, Phrase.ROSE: Kind.PERCENT, Phrase.FELL: Kind.PERCENT}
"""Phrases whose threshold is not of their fact's own kind."""


def unit(leaf: Leaf, fact: FactDef, minor_digits: int) -> float:
    """One unit of the threshold: 1 of what is written, or its last decimal where it has some."""
    places = max((_places(value) for value in leaf.values if isinstance(value, float)), default=0)
    if fact.kind is not Kind.AMOUNT or leaf.phrase in (Phrase.ROSE, Phrase.FELL):
        return 1 if not places else float(Decimal(1).scaleb(-places))
    whole = 10**minor_digits
    return whole if all(value % whole == 0 for value in leaf.values if isinstance(value, int)) else 1


def _places(value: float) -> int:
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def lacking(condition: Condition, situation: Situation, bundle: Bundle) -> Mapping[str, str]:
    """By fact, what keeps *condition* from holding, as tests write it: a distance, the value that would do,
    or ``missing``."""
    by_trace = {trace(leaf, situation)[0]: leaf for leaf in leaves(condition)}
    found = {}
    for told in fewest(condition, situation):
        leaf = by_trace[told]
        gap = distance(leaf, told, situation, bundle)
        found[told.fact] = MISSING if gap is None else write_distance(gap, leaf, bundle)
    return found


def write_distance(gap: Value, leaf: Leaf, bundle: Bundle) -> str:
    """*gap* with the unit that the threshold of *leaf* has."""
    kind = MEASURED_IN.get(leaf.phrase, bundle.facts[leaf.fact].kind)
    return write_value(gap, kind, bundle.catalogue.currency)


def distance(leaf: Leaf, told: LeafTrace, situation: Situation, bundle: Bundle) -> Value | None:
    """How far the fact of *leaf* is from turning it; for a fact without an order, what would turn it.

    None for a fact that is missing, or would have to be.
    """
    if told.outcome is None or leaf.phrase in (Phrase.KNOWN, Phrase.MISSING):
        return None
    value = _measured(leaf, told.value, situation)
    limits = [limit for limit in leaf.values if isinstance(limit, (int, float))]
    if leaf.phrase in ORDERED and value is not None and limits:
        step = unit(leaf, bundle.facts[leaf.fact], bundle.catalogue.minor_digits)
        return neat(_gap(leaf, value, limits, step, holds=told.outcome))
    return next((value for value in reversed(leaf.values) if value is not None), CHANGED)


def _measured(leaf: Leaf, value: FactValue, situation: Situation) -> float | None:
    if leaf.phrase is Phrase.WITHIN:
        away = days_away(leaf, situation)
        return None if away in (None, float("inf")) else away
    return value if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _gap(leaf: Leaf, value: float, limits: list[float], step: float, *, holds: bool) -> float:
    """To the nearest value at which *leaf* turns; *holds* tells that it holds now."""
    if leaf.phrase is Phrase.BETWEEN:
        outside = max(limits[0] - value, value - limits[1])
        return min(value - limits[0], limits[1] - value) + step if holds else outside
    downward = leaf.phrase in _DOWNWARD or leaf.phrase is Phrase.WITHIN
    limit = -limits[0] if leaf.phrase is Phrase.FELL else limits[0]
    toward = limit - value if (not downward and leaf.phrase is not Phrase.FELL) else value - limit
    reaches_at_limit = leaf.phrase not in _OPEN
    short = toward if reaches_at_limit else toward + step
    return -toward + (step if reaches_at_limit else 0) if holds else short


def neat(number: float) -> float:
    """*number* without the noise of its arithmetic, whole where it is whole."""
    rounded = round(number, 6)
    return int(rounded) if rounded == int(rounded) else rounded


def directed(condition: Condition, *, wanted: bool = True) -> Iterator[tuple[Leaf, bool]]:
    """Yield each leaf in the order written, and which answer of it helps *condition* to hold."""
    if isinstance(condition, Leaf):
        yield condition, wanted
        return
    for part in condition.parts:
        yield from directed(part, wanted=wanted is not (condition.connective is Connective.NONE))


def deciding(condition: Condition, told: Iterable[LeafTrace]) -> frozenset[str]:
    """The facts that made *condition* hold when its leaves, in the order written, read as *told*."""
    leaves = zip(directed(condition), told, strict=True)
    return frozenset(leaf.fact for (leaf, wanted), one in leaves if one.outcome is wanted)
