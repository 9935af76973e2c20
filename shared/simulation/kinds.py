"""The hidden types of simulated customers: how each buys, complains, pays, recommends, and answers care.

Pure data. Nothing of this is in any event; it is what a good policy should find out. The figures are chosen
to make a believable mixture, not fitted to any company; docs/simulation.md tells them.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One hidden type. Rates are per year, shares between 0 and 1, days are local days."""

    name: str
    share: float  # of all customers
    loyal: bool  # what the circle of core customers should find

    # Buying: gamma gaps of shape `regularity` around `gap_days`; log-normal amounts.
    gap_days: float
    regularity: float
    amount: float  # median of one order
    amount_spread: float  # sigma of the log
    leaves: float  # hazard of leaving for good
    fades: float  # share that fades away from some day on
    promo_pace: float  # pace of buying while competitors discount, against the usual pace

    # Price and negotiation
    discounted: float  # share of orders bought at a discount
    discount: float  # mean discount of those, in percent
    quotes: float  # share of orders that begin with a quote
    rounds: float  # mean rounds of negotiation of those
    objects: float  # price objections

    # Trouble and payment
    returns: float  # share of orders returned in part
    complaints: float
    invoiced: float  # share of orders paid by invoice
    late: float  # share of invoices paid late
    credit_news: float

    # People
    care_effect: float  # probability that care brings one more order within `CARE_DAYS`
    answers: float  # share of contacts answered
    surveys: float  # share of surveys answered
    activities: float  # share of invitations followed
    referrals: float
    converted: float  # share of referrals that become customers
    suggestions: float
    reviews: float
    topics: float  # online topics joined


CARE_DAYS = 14
"""An order that care brought comes within so many days."""

KINDS: tuple[Kind, ...] = (
    Kind(
        "loyal_advocate", 0.12, loyal=True,
        gap_days=28, regularity=2.5, amount=110, amount_spread=0.5, leaves=0.03, fades=0.02, promo_pace=1.0,
        discounted=0.08, discount=5, quotes=0.1, rounds=1.2, objects=0.05,
        returns=0.02, complaints=0.15, invoiced=0.3, late=0.02, credit_news=0.005,
        care_effect=0.25, answers=0.85, surveys=0.75, activities=0.6,
        referrals=1.6, converted=0.5, suggestions=1.4, reviews=1.0, topics=2.0,
    ),
    Kind(
        "steady", 0.26, loyal=True,
        gap_days=40, regularity=3.0, amount=75, amount_spread=0.5, leaves=0.08, fades=0.05, promo_pace=0.9,
        discounted=0.15, discount=6, quotes=0.1, rounds=1.6, objects=0.1,
        returns=0.04, complaints=0.2, invoiced=0.3, late=0.04, credit_news=0.01,
        care_effect=0.12, answers=0.6, surveys=0.45, activities=0.3,
        referrals=0.3, converted=0.35, suggestions=0.3, reviews=0.3, topics=0.6,
    ),
    Kind(
        "price_driven", 0.18, loyal=False,
        gap_days=45, regularity=1.0, amount=70, amount_spread=0.6, leaves=0.25, fades=0.1, promo_pace=0.2,
        discounted=0.8, discount=18, quotes=0.4, rounds=4.0, objects=1.5,
        returns=0.06, complaints=0.3, invoiced=0.2, late=0.06, credit_news=0.01,
        care_effect=0.0, answers=0.35, surveys=0.15, activities=0.1,
        referrals=0.05, converted=0.1, suggestions=0.05, reviews=0.2, topics=0.3,
    ),
    Kind(
        "picky", 0.08, loyal=False,
        gap_days=38, regularity=1.5, amount=95, amount_spread=0.6, leaves=0.2, fades=0.1, promo_pace=0.7,
        discounted=0.3, discount=8, quotes=0.5, rounds=5.5, objects=0.8,
        returns=0.25, complaints=1.8, invoiced=0.3, late=0.08, credit_news=0.01,
        care_effect=0.04, answers=0.5, surveys=0.4, activities=0.15,
        referrals=0.1, converted=0.2, suggestions=0.4, reviews=0.6, topics=0.4,
    ),
    Kind(
        "fading", 0.12, loyal=False,
        gap_days=35, regularity=2.0, amount=80, amount_spread=0.5, leaves=0.1, fades=0.95, promo_pace=0.5,
        discounted=0.25, discount=8, quotes=0.1, rounds=2.0, objects=0.4,
        returns=0.06, complaints=0.6, invoiced=0.3, late=0.06, credit_news=0.01,
        care_effect=0.1, answers=0.35, surveys=0.25, activities=0.12,
        referrals=0.1, converted=0.2, suggestions=0.1, reviews=0.2, topics=0.3,
    ),
    Kind(
        "wholesale_giant", 0.02, loyal=False,
        gap_days=21, regularity=2.0, amount=2_400, amount_spread=0.7, leaves=0.1, fades=0.08, promo_pace=0.6,
        discounted=0.6, discount=12, quotes=0.9, rounds=4.5, objects=0.6,
        returns=0.03, complaints=0.4, invoiced=1.0, late=0.1, credit_news=0.05,
        care_effect=0.06, answers=0.8, surveys=0.3, activities=0.3,
        referrals=0.1, converted=0.3, suggestions=0.5, reviews=0.1, topics=0.1,
    ),
    Kind(
        "risky_payer", 0.06, loyal=False,
        gap_days=33, regularity=1.2, amount=180, amount_spread=0.8, leaves=0.2, fades=0.15, promo_pace=0.6,
        discounted=0.4, discount=10, quotes=0.4, rounds=3.5, objects=0.5,
        returns=0.08, complaints=0.6, invoiced=0.9, late=0.45, credit_news=0.5,
        care_effect=0.03, answers=0.45, surveys=0.2, activities=0.1,
        referrals=0.1, converted=0.2, suggestions=0.1, reviews=0.1, topics=0.2,
    ),
    Kind(
        "occasional", 0.16, loyal=False,
        gap_days=140, regularity=1.0, amount=45, amount_spread=0.6, leaves=0.3, fades=0.1, promo_pace=0.8,
        discounted=0.25, discount=8, quotes=0.05, rounds=1.5, objects=0.1,
        returns=0.05, complaints=0.1, invoiced=0.1, late=0.05, credit_news=0.005,
        care_effect=0.05, answers=0.3, surveys=0.2, activities=0.08,
        referrals=0.08, converted=0.2, suggestions=0.05, reviews=0.15, topics=0.2,
    ),
)  # fmt: skip
"""All hidden types; their shares add up to 1."""
