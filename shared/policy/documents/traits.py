"""traits.yaml: how metrics become points, and points a score."""

from collections.abc import Mapping

from shared.model.catalogue import Indicator, MetricDef, TraitDef
from shared.model.conditions import Phrase
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind
from shared.policy.codes import BAD_VALUE, PHRASE_MISFIT, WEIGHTS
from shared.policy.documents.phrasing import Phrasing
from shared.policy.nodes import Node, ScalarNode
from shared.policy.phrases.naming import phrase_named
from shared.policy.quantities import ValueType
from shared.policy.reading import FACT_NAME, Reading
from shared.policy.said import Said
from shared.policy.shapes import ASSESSMENT, INDICATOR, TRAIT, TRAITS

_POINTS = ValueType(Kind.INTEGER, minimum=0, maximum=100)
_0_TO_100 = Said("points 0 to 100", "0 至 100 的分数")
_BANDS = Said("bands, each with points: at least 3: 40", "分档，各带分数：“至少 3: 40”")


def read_traits(node: Node, metrics: Mapping[str, MetricDef], reading: Reading) -> dict[str, TraitDef]:
    """Read every trait; their weights must add up to 100."""
    fields = reading.fields(node, TRAITS)
    traits: dict[str, TraitDef] = {}
    expected = Said("traits by name", "按名称列出的特质")
    for key, value in reading.entries(fields.get("traits") if fields else None, expected):
        trait = _trait(key, value, metrics, reading)
        if trait:
            traits[key.text] = trait
        else:
            reading.broken.add(key.text)
    total = sum(trait.weight for trait in traits.values())
    if fields and traits and total != 100 and not reading.broken & set(traits):
        span = fields.span_of("traits")
        said = Said(f"the weights of the traits add up to {total}", f"各特质的权重之和为 {total}")
        expected = Said("100 in all", "合计 100")
        reading.problems.add(WEIGHTS, span, said, expected=expected, suggestion=_adjust(total))
    return traits


def _adjust(total: int) -> Said:
    if total > 100:
        return Said(f"take {total - 100} away", f"减去 {total - 100}")
    return Said(f"add {100 - total}", f"增加 {100 - total}")


def _trait(
    key: ScalarNode, node: Node, metrics: Mapping[str, MetricDef], reading: Reading
) -> TraitDef | None:
    fields = reading.fields(node, TRAIT)
    if fields is None or not reading.name(key, FACT_NAME, Said("a trait", "特质")):
        return None
    items = reading.items(fields.get("indicators"), Said("a list", "列表"))
    read = (_indicator(item, metrics, reading) for item in items)
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
    metric = reading.lookup(word, metrics, Said("metric", "指标")) if word else None
    if fields is None or metric is None:
        return None
    bands: dict[float, int] = {}
    for key, value in reading.entries(fields.get("points"), _BANDS):
        floor, points = _floor(key, metric, reading), reading.scalar(value, _0_TO_100)
        given = reading.value(points, _POINTS) if points else None
        if floor is None or not isinstance(given, int):
            continue
        if floor in bands:
            said = Said(f'"{key.text}" stands twice', f"“{key.text}”出现两次")
            reading.problems.add(BAD_VALUE, key.span, said)
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
        phrase = phrase_named(leaf.phrase)
        said = Said(
            f'a band begins with "at least", not "{phrase.en}"', f"分档以“至少”开头，而不是“{phrase.zh}”"
        )
        expected = Said("at least …: points", "“至少 …: 分数”")
        reading.problems.add(PHRASE_MISFIT, key.span, said, expected=expected)
        return None
    value = leaf.values[0]
    return value if isinstance(value, (int, float)) else None
