"""What the shipped rules make of what customers do: each piece of evidence moves its trait the right way."""

from typing import Any

import pytest

from shared.customer.assess import Assessment, CustomerModel, assess
from tests.language.bundles import default_bundle
from tests.unit.customer.catalogues import ordinal
from tests.unit.customer.histories import Happening, lived

MODEL = CustomerModel.compile(default_bundle().catalogue)
NINE = [name for name, trait in default_bundle().catalogue.traits.items() if trait.weight]
TODAY = "2011-06-01"

Event = tuple[str, str, dict[str, Any]]


def on(day: str, kind: str, **data: Any) -> Event:
    return f"2011-{day}T10:00:00Z", kind, data


def bought(day: str, amount: int = 10_000, **data: Any) -> Event:
    return on(day, "purchase", amount=amount, **data)


def assessed(*events: Event) -> Assessment:
    happenings = [
        Happening(f"{number:03}", "shop", kind, time, data)
        for number, (time, kind, data) in enumerate(events)
    ]
    return assess(lived(MODEL, happenings), MODEL, ordinal(TODAY))


ORDERS = [bought("01-20"), bought("02-20"), bought("03-20")]
HAGGLED = [bought("01-20", rounds=1, negotiation_hours=6), bought("02-20", rounds=1, negotiation_hours=6)]
LISTED = [bought("01-20", list_price=10_000, discount=0), bought("02-20", list_price=10_000, discount=0)]
RECOMMENDED = [on("02-01", "referral.made")]
ASKED = [on("02-01", "survey.asked"), on("03-01", "activity.invited")]
CARED = [*(on(f"0{month}-01", "care.given") for month in (2, 3, 4)), bought("02-05")]
BEFORE_THE_FAIR = [bought("03-01"), bought("03-15"), bought("04-01"), bought("05-10")]
"""The spring fair of 2011 is from 20 to 30 April."""


@pytest.mark.parametrize(
    ("trait", "lived_so", "and_then"),
    [
        ("buying_power", ORDERS, [bought("04-01", 90_000)]),
        ("buying_power", ORDERS, [on("04-01", "quote.requested", amount=500)]),
        ("responsiveness", CARED, [bought("03-04")]),
        ("advocacy", RECOMMENDED, [on("03-01", "referral.converted")]),
        ("advocacy", RECOMMENDED, [on("03-01", "review.posted", stars=5)]),
        ("contribution", [on("02-01", "suggestion.made")], [on(f"03-0{n}", "suggestion.made") for n in "12"]),
        ("cooperation", ASKED, [on("02-03", "survey.answered", satisfaction=8)]),
        ("cooperation", ASKED, [on("03-20", "activity.joined")]),
        ("cooperation", ASKED, [on("04-01", "topic.joined")]),
        ("steadfastness", BEFORE_THE_FAIR, [bought("04-24", 20_000)]),
    ],
)  # fmt: skip
def test_what_speaks_for_a_trait_raises_it(trait: str, lived_so: list[Event], and_then: list[Event]) -> None:
    before, after = assessed(*lived_so), assessed(*lived_so, *and_then)

    assert after.facts[trait] > before.facts[trait]
    assert after.facts["coverage"] >= before.facts["coverage"]


@pytest.mark.parametrize(
    ("trait", "lived_so", "and_then"),
    [
        ("easygoing", ORDERS, [on("04-01", "complaint.raised")]),
        ("easygoing", ORDERS, [on("04-01", "return", amount=100)]),
        ("easygoing", ORDERS, [on("04-01", "rework.requested")]),
        ("decisiveness", HAGGLED, [bought("04-01", rounds=9, negotiation_hours=6)]),
        ("decisiveness", HAGGLED, [bought("04-01", rounds=1, negotiation_hours=300)]),
        ("price_insensitivity", LISTED, [bought("04-01", 7_000, list_price=10_000, discount=0)]),
        ("price_insensitivity", LISTED, [bought("04-01", discount=40)]),
        ("price_insensitivity", LISTED, [on("04-01", "price.objected")]),
        ("advocacy", RECOMMENDED, [on("03-01", "review.posted", stars=1)]),
        ("responsiveness", CARED, [on("05-01", "care.given")]),
    ],
)
def test_what_speaks_against_a_trait_lowers_it(
    trait: str, lived_so: list[Event], and_then: list[Event]
) -> None:
    assert assessed(*lived_so, *and_then).facts[trait] < assessed(*lived_so).facts[trait]


def test_of_who_never_did_anything_all_is_neutral_but_that_they_do_not_buy() -> None:
    stranger = assessed(on("02-01", "customer.updated", region="north"))
    traits = default_bundle().catalogue.traits

    for trait in NINE[1:]:
        assert stranger.facts[trait] == traits[trait].neutral
    assert stranger.facts["buying_power"] < traits["buying_power"].neutral
    assert stranger.facts["coverage"] == traits["buying_power"].weight


def test_purchases_and_returns_alone_cover_three_traits_in_full() -> None:
    found = assessed(*BEFORE_THE_FAIR, on("05-20", "return", amount=100))

    evident = {line.trait for line in found.scored.lines if line.weight and not line.is_neutral}
    assert evident == {"buying_power", "easygoing", "steadfastness"}
    assert found.facts["coverage"] == 65


def test_the_weights_of_the_nine_add_up_to_100() -> None:
    assert len(NINE) == 9
    assert sum(default_bundle().catalogue.traits[name].weight for name in NINE) == 100
