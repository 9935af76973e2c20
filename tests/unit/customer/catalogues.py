"""A catalogue with every aggregate, filter and calendar, for the tests of the customer core."""

from datetime import date

from shared.model.catalogue import (
    Aggregate,
    Calendar,
    Catalogue,
    EventType,
    FieldDef,
    Filter,
    Indicator,
    MetricDef,
    Period,
    Series,
    Tier,
    TraitDef,
)
from shared.model.values import Kind

TITLE = {"en": "title"}


def fields(**kinds: Kind) -> dict[str, FieldDef]:
    return {name: FieldDef(name, kind, TITLE) for name, kind in kinds.items()}


EVENTS = {
    "purchase": fields(amount=Kind.AMOUNT, country=Kind.TEXT, weight=Kind.NUMBER),
    "return": fields(amount=Kind.AMOUNT),
    "care.given": fields(channel=Kind.TEXT),
    "trait.assessed": fields(trait=Kind.TEXT, points=Kind.INTEGER),
    "customer.updated": fields(birthday=Kind.MONTH_DAY, owner=Kind.TEXT, topics=Kind.TEXTS),
}

PURCHASES = Series((("purchase", None, 1),))
SPEND = Series((("purchase", "amount", 1), ("return", "amount", -1)))
AMOUNTS = Series((("purchase", "amount", 1),))
WEIGHTS = Series((("purchase", "weight", 1),))
COUNTRIES = Series((("purchase", "country", 1),))
BIG = Series((("purchase", None, 1),), (Filter("amount", minimum=500, maximum=900),))
DOMESTIC = Series((("purchase", None, 1),), (Filter("country", values=("uk", "fr")),))
CARE = Series((("care.given", None, 1),))

Q = Aggregate

METRICS = (
    MetricDef("orders", TITLE, Q.COUNT, Kind.INTEGER, PURCHASES),
    MetricDef("orders_7d", TITLE, Q.COUNT, Kind.INTEGER, PURCHASES, 7, compare=True),
    MetricDef("orders_90d", TITLE, Q.COUNT, Kind.INTEGER, PURCHASES, 90, at_least=2),
    MetricDef("spend_30d", TITLE, Q.SUM, Kind.AMOUNT, SPEND, 30, compare=True),
    MetricDef("spend", TITLE, Q.SUM, Kind.AMOUNT, SPEND),
    MetricDef("weight_30d", TITLE, Q.SUM, Kind.NUMBER, WEIGHTS, 30),
    MetricDef("mean_30d", TITLE, Q.MEAN, Kind.AMOUNT, AMOUNTS, 30),
    MetricDef("mean_weight", TITLE, Q.MEAN, Kind.NUMBER, WEIGHTS),
    MetricDef("least_30d", TITLE, Q.MIN, Kind.AMOUNT, AMOUNTS, 30),
    MetricDef("most_30d", TITLE, Q.MAX, Kind.AMOUNT, AMOUNTS, 30, at_least=2),
    MetricDef("last_country_30d", TITLE, Q.LAST, Kind.TEXT, COUNTRIES, 30),
    MetricDef("last_amount", TITLE, Q.LAST, Kind.AMOUNT, AMOUNTS),
    MetricDef("countries_30d", TITLE, Q.DISTINCT, Kind.INTEGER, COUNTRIES, 30, compare=True),
    MetricDef("weights", TITLE, Q.DISTINCT, Kind.INTEGER, WEIGHTS),
    MetricDef("days_since", TITLE, Q.DAYS_SINCE_LAST, Kind.DAYS, PURCHASES),
    MetricDef("days_since_30d", TITLE, Q.DAYS_SINCE_LAST, Kind.DAYS, PURCHASES, 30),
    MetricDef("gap", TITLE, Q.USUAL_GAP_DAYS, Kind.DAYS, PURCHASES, at_least=3),
    MetricDef("gap_30d", TITLE, Q.USUAL_GAP_DAYS, Kind.DAYS, PURCHASES, 30),
    MetricDef("big_30d", TITLE, Q.COUNT, Kind.INTEGER, BIG, 30),
    MetricDef("domestic_30d", TITLE, Q.COUNT, Kind.INTEGER, DOMESTIC, 30),
    MetricDef("promo_30d", TITLE, Q.SUM, Kind.AMOUNT, AMOUNTS, 30, calendar="promotions"),
    MetricDef("promo_days_since", TITLE, Q.DAYS_SINCE_LAST, Kind.DAYS, PURCHASES, calendar="promotions"),
    MetricDef("pace_90d", TITLE, Q.PACE_INSIDE, Kind.PERCENT, AMOUNTS, 90, calendar="promotions", at_least=3),
    MetricDef("pace", TITLE, Q.PACE_INSIDE, Kind.PERCENT, SPEND, calendar="promotions"),
    MetricDef("pace_by_weight", TITLE, Q.PACE_INSIDE, Kind.PERCENT, WEIGHTS, 60, calendar="promotions"),
    MetricDef(
        "answered_60d", TITLE, Q.ANSWERED_SHARE, Kind.PERCENT, CARE, 60,
        answer=PURCHASES, within_days=5, compare=True,
    ),
    MetricDef(
        "answered", TITLE, Q.ANSWERED_SHARE, Kind.PERCENT, CARE, at_least=2, answer=PURCHASES, within_days=0
    ),
    MetricDef(
        "silence", TITLE, Q.RATIO, Kind.NUMBER, numerator="days_since", denominator="gap"
    ),
    MetricDef(
        "silence_share", TITLE, Q.RATIO, Kind.PERCENT, numerator="days_since", denominator="gap_30d"
    ),
    MetricDef("rush", TITLE, Q.RATIO, Kind.NUMBER, numerator="orders", denominator="days_since"),
    MetricDef("deficit", TITLE, Q.RATIO, Kind.NUMBER, numerator="days_since", denominator="spend_30d"),
    MetricDef("per_order", TITLE, Q.RATIO, Kind.AMOUNT, numerator="spend_30d", denominator="orders_7d"),
    MetricDef(
        "big_share", TITLE, Q.RATIO, Kind.PERCENT,
        numerator="big_30d", denominator="domestic_30d", compare=True,
    ),
    MetricDef("spend_trend", TITLE, Q.TREND, Kind.PERCENT, numerator="spend_30d"),
    MetricDef("big_trend", TITLE, Q.TREND, Kind.PERCENT, numerator="big_share"),
)  # fmt: skip

TRAITS = (
    TraitDef(
        "buying_power", TITLE, 35, 50,
        (
            Indicator("spend_30d", 2, ((0, 10), (500, 40), (1000, 70))),
            Indicator("orders_90d", 1, ((2, 50), (4, 100))),
        ),
    ),
    TraitDef(
        "steadfastness", TITLE, 40, 30,
        (
            Indicator("silence", 3, ((0, 100), (1.5, 60), (3, 0))),
            Indicator("days_since", 1, ((0, 90), (20, 5))),
        ),
        assessment_weight=2, assessment_stale_days=45,
    ),
    TraitDef("advocacy", TITLE, 25, 50, assessment_weight=1, assessment_stale_days=30),
)  # fmt: skip


def catalogue(
    timezone: str = "Europe/London",
    metrics: tuple[MetricDef, ...] = METRICS,
    traits: tuple[TraitDef, ...] = TRAITS,
    promotions: tuple[tuple[int, int], ...] = (),
) -> Catalogue:
    periods = tuple(Period(f"promotion-{first}", TITLE, first, last) for first, last in promotions)
    return Catalogue(
        events={
            name: EventType(name, TITLE, by_name, sets_profile=name == "customer.updated")
            for name, by_name in EVENTS.items()
        },
        metrics={metric.id: metric for metric in metrics},
        traits={trait.id: trait for trait in traits},
        tiers=(Tier("none", TITLE, 0),),
        calendars={"promotions": Calendar("promotions", TITLE, periods)},
        timezone=timezone,
    )


def ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()
