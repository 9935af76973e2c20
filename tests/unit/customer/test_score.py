"""A score is the sum of its lines, and every line names its evidence."""

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.customer.assess import CustomerModel, assess
from shared.customer.score import score
from shared.customer.state import HandRating
from shared.customer.traits import IndicatorLine, TraitModel
from shared.model.catalogue import Indicator, TraitDef
from tests.unit.customer.catalogues import TITLE, catalogue, ordinal
from tests.unit.customer.histories import histories, lived

SPEND = Indicator("spend", 2, ((0, 10), (100, 40), (500, 70)))
ORDERS = Indicator("orders", 1, ((1, 50), (4, 100)))
BUYING = TraitDef("buying", TITLE, 60, 50, (SPEND, ORDERS), assessment_weight=1, assessment_stale_days=10)
ADVOCACY = TraitDef("advocacy", TITLE, 40, 30)


def scored(facts, *traits: TraitDef, ratings=None, day: int = 100):
    return score(facts, ratings or {}, TraitModel.compile({trait.id: trait for trait in traits}), day)


def rating(points: int, day: int) -> dict[str, HandRating]:
    return {"buying": HandRating(points, day, "2010-01-01T00:00:00", "desk", "1")}


def coverage_by_hand(lines) -> float:
    """Of each trait's weight the part that its indicators or a hand rating prove."""
    traits = catalogue().traits
    proven = Fraction(0)
    for line in lines:
        asked = (
            sum(each.weight for each in traits[line.trait].indicators) or traits[line.trait].assessment_weight
        )
        known = sum(each.weight for each in line.indicators)
        proven += line.weight * min(Fraction(1), Fraction(known, asked))
    return round(float(proven), 2)


@settings(max_examples=80, deadline=None)
@given(histories(), st.integers(0, 200))
def test_the_score_is_exactly_the_sum_of_its_lines(history, offset) -> None:
    start, events = history
    model = CustomerModel.compile(catalogue())
    found = assess(lived(model, events), model, ordinal(start) + offset)

    lines = found.scored.lines
    assert sum(line.contribution for line in lines) / 100 == found.facts["score"]
    assert all(line.contribution == line.weight * line.points for line in lines)
    assert all(found.facts[line.trait] == line.points for line in lines)
    assert 0 <= found.facts["score"] <= 100
    assert 0 <= found.facts["coverage"] <= 100
    assert found.facts["coverage"] == coverage_by_hand(lines)
    for line in lines:
        weights = sum(each.weight for each in line.indicators)
        if weights:
            mean = sum(each.points * each.weight for each in line.indicators) / weights
            assert abs(line.points - mean) <= 0.5


def test_a_trait_without_evidence_takes_its_neutral_points_and_lowers_coverage() -> None:
    found = scored({}, BUYING, ADVOCACY)

    assert (found.traits, found.score, found.coverage) == ({"buying": 50, "advocacy": 30}, 42.0, 0.0)
    assert all(line.is_neutral for line in found.lines)


def test_points_are_those_of_the_last_band_whose_floor_is_reached() -> None:
    points = [scored({"spend": spend}, BUYING).traits["buying"] for spend in (-1, 0, 99, 100, 500, 10_000)]

    assert points == [0, 10, 10, 40, 70, 70]


def test_missing_indicators_leave_the_trait_to_the_known_ones() -> None:
    found = scored({"orders": 4}, BUYING, ADVOCACY)

    assert (found.traits["buying"], found.coverage) == (100, 20.0)
    assert found.lines[0].indicators == (IndicatorLine("orders", 4, 4, 100, 1),)


def test_every_point_is_traced_to_its_metric_value_and_band() -> None:
    line = scored({"spend": 120, "orders": 0}, BUYING).lines[0]

    assert line.indicators == (
        IndicatorLine("spend", 120, 100, 40, 2),
        IndicatorLine("orders", 0, None, 0, 1),
    )
    assert (line.points, line.contribution) == (27, 1620)


def test_an_optional_indicator_counts_when_it_is_known_and_is_missed_by_nobody() -> None:
    reviews = Indicator("reviews", 1, ((1, 0), (4, 90)), optional=True)
    trait = TraitDef("advocacy", TITLE, 100, 50, (Indicator("referrals", 2, ((1, 60),)), reviews))

    known = [{"referrals": 1}, {"referrals": 1, "reviews": 4}, {"reviews": 4}, {}]
    found = [scored(facts, trait) for facts in known]

    assert [each.traits["advocacy"] for each in found] == [60, 70, 90, 50]
    assert [each.coverage for each in found] == [100.0, 100.0, 50.0, 0.0]


def test_where_all_indicators_are_optional_all_of_them_are_full_evidence() -> None:
    either = [Indicator(name, 1, ((1, 80),), optional=True) for name in ("topics", "surveys")]
    trait = TraitDef("cooperation", TITLE, 100, 50, tuple(either))

    assert scored({"topics": 1}, trait).coverage == 50.0
    assert scored({"topics": 1, "surveys": 1}, trait).coverage == 100.0


def test_a_hand_rating_blends_in_by_its_weight() -> None:
    found = scored({"spend": 500, "orders": 4}, BUYING, ratings=rating(20, 95))

    assert found.traits["buying"] == 65  # (70·2 + 100·1 + 20·1) / 4
    assert found.coverage == 100.0


def test_a_hand_rating_makes_up_for_a_missing_indicator() -> None:
    found = scored({"spend": 500}, BUYING, ratings=rating(20, 95))

    assert (found.traits["buying"], found.coverage) == (53, 100.0)


def test_a_hand_rating_counts_until_it_is_older_than_its_stale_days() -> None:
    points = [scored({}, BUYING, ratings=rating(20, day)).traits["buying"] for day in (101, 100, 90, 89)]

    assert points == [50, 20, 20, 50]


def test_a_half_point_goes_to_the_even_neighbour() -> None:
    halves = TraitDef(
        "halves", TITLE, 100, 0, (Indicator("one", 1, ((0, 11),)), Indicator("two", 1, ((0, 40),)))
    )

    assert scored({"one": 1, "two": 1}, halves).traits["halves"] == 26
