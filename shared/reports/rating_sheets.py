"""A customer's ratings by hand: who gave them, on what evidence, and whether they still count. Pure."""

from collections.abc import Mapping

from shared.customer.apply import ASSESSED
from shared.customer.score import is_fresh
from shared.customer.state import HandRating
from shared.customer.traits import TraitModel
from shared.model.rules import Bundle
from shared.reports.sheet import Sheet
from shared.reports.wording import fact_title, iso

HIDDEN = "(personal, hidden)"


def rating_sheet(
    ratings: Mapping[str, HandRating], bundle: Bundle, language: str, *, today: int, shows_personal: bool
) -> Sheet:
    """One line for each rating of a trait that there is, as seen on *today*."""
    event = bundle.catalogue.events.get(ASSESSED)
    hidden = {name for name, field in event.fields.items() if field.personal} if event else set()

    def told(name: str, value: str) -> str:
        return HIDDEN if value and name in hidden and not shows_personal else value

    rows = [
        (
            fact_title(trait, bundle, language),
            str(rating.points),
            iso(rating.day),
            told("assessor", rating.assessor),
            told("evidence", rating.evidence),
            _standing(trait, rating, bundle, today),
        )
        for trait, rating in ratings.items()
        if trait in bundle.catalogue.traits
    ]
    return Sheet("Ratings by hand", rows, ("trait", "points", "given on", "rated by", "evidence", "counts"))


def _standing(trait: str, rating: HandRating, bundle: Bundle, today: int) -> str:
    """Whether the rating counts on *today*, and until or since when."""
    (compiled,) = TraitModel.compile({trait: bundle.catalogue.traits[trait]}).traits
    if not compiled.rating_weight:
        return "never, no weight"
    last = rating.day + compiled.rating_stale_days
    if is_fresh(compiled, rating, today):
        return f"until {iso(last)}"
    return f"stale since {iso(last + 1)}" if today > last else f"from {iso(rating.day)}"
