"""traits.yaml: how metrics become points, and points a score."""

from collections.abc import Mapping

from shared.model.catalogue import Indicator, MetricDef, TraitDef
from shared.model.conditions import Phrase
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind
from shared.policy.codes import BAD_VALUE, PHRASE_MISFIT, WEIGHTS
from shared.policy.documents.phrasing import Phrasing
from shared.policy.nodes import Node, ScalarNode
from shared.policy.quantities import ValueType
from shared.policy.reading import FACT_NAME, Reading
from shared.policy.shapes import ASSESSMENT, INDICATOR, TRAIT, TRAITS

_POINTS = ValueType(Kind.INTEGER, minimum=0, maximum=100)


def read_traits(node: Node, metrics: Mapping[str, MetricDef], reading: Reading) -> dict[str, TraitDef]:
    """Read every trait; their weights must add up to 100."""
    fields = reading.fields(node, TRAITS)
    traits: dict[str, TraitDef] = {}
    for key, value in reading.entries(fields.get("traits") if fields else None, "traits by name"):
        trait = _trait(key, value, metrics, reading)
        if trait:
            traits[key.text] = trait
        else:
            reading.broken.add(key.text)
    total = sum(trait.weight for trait in traits.values())
    if fields and traits and total != 100 and not reading.broken & set(traits):
        span = fields.span_of("traits")
        message = f"the weights of the traits add up to {total}"
        reading.problems.add(WEIGHTS, span, message, expected="100 in all", suggestion=_adjust(total))
    return traits


def _adjust(total: int) -> str:
    return f"take {total - 100} away" if total > 100 else f"add {100 - total}"


def _trait(
    key: ScalarNode, node: Node, metrics: Mapping[str, MetricDef], reading: Reading
) -> TraitDef | None:
    fields = reading.fields(node, TRAIT)
    if fields is None or not reading.name(key, FACT_NAME, "a trait"):
        return None
    read = (_indicator(item, metrics, reading) for item in reading.items(fields.get("indicators"), "a list"))
    assessment = fields.get("assessment")
    by_hand = reading.fields(assessment, ASSESSMENT) if assessment is not None else None
    return TraitDef(
        key.text,
        fields.words("title"),
        fields.integer("weight", high=100),
        fields.integer("neutral", high=100),
        tuple(indicator for indicator in read if indicator),
        by_hand.integer("weight", low=1, high=100) if by_hand else 0,
        by_hand.days("stale_after", 180, low=1) if by_hand else 180,
    )


def _indicator(node: Node, metrics: Mapping[str, MetricDef], reading: Reading) -> Indicator | None:
    fields = reading.fields(node, INDICATOR)
    word = fields.word("metric") if fields else None
    metric = reading.lookup(word, metrics, "metric") if word else None
    if fields is None or metric is None:
        return None
    bands: dict[float, int] = {}
    for key, value in reading.entries(fields.get("points"), "bands, each with points: at least 3: 40"):
        floor, points = _floor(key, metric, reading), reading.scalar(value, "points 0 to 100")
        given = reading.value(points, _POINTS) if points else None
        if floor is None or not isinstance(given, int):
            continue
        if floor in bands:
            reading.problems.add(BAD_VALUE, key.span, f'"{key.text}" stands twice')
        bands[floor] = given
    weight = fields.integer("weight", 1, low=1, high=100)
    return Indicator(metric.id, weight, tuple(sorted(bands.items())), fields.boolean("optional"))


def _floor(key: ScalarNode, metric: MetricDef, reading: Reading) -> float | None:
    fact = FactDef(
        metric.id,
        metric.kind,
        FactSource.METRIC,
        metric.title,
        minimum=metric.minimum,
        maximum=metric.maximum,
    )
    leaf = Phrasing(reading, {}).leaf(fact, key)
    if leaf is None:
        return None
    if leaf.phrase is not Phrase.AT_LEAST:
        message = f'a band begins with "at least", not "{leaf.phrase.value}"'
        reading.problems.add(PHRASE_MISFIT, key.span, message, expected="at least …: points")
        return None
    value = leaf.values[0]
    return value if isinstance(value, (int, float)) else None
