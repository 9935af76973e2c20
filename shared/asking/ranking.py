"""Does the score find whom somebody seeks? The truth about customers beside what is recorded of them."""

from dataclasses import asdict, dataclass

from shared.asking.answers import Answer
from shared.asking.errors import MisaskedError
from shared.asking.lists import metric_of
from shared.asking.records import Records
from shared.asking.truth import Truth
from shared.quality.foreknown import Known
from shared.quality.foreknown import found as found_by
from shared.reports.figures.ranking import ranking_figures
from shared.reports.ranking_sheets import ranking_sheets
from shared.store.collections import CUSTOMERS, RELATIONSHIPS

FACT = "loyal"


@dataclass(frozen=True, slots=True)
class RankingWish:
    """The field that is sought, how many are chosen (else the circle's number), and what spending is."""

    fact: str = FACT
    size: int | None = None
    metric: str | None = None


def ask_ranking(records: Records, truth: Truth, wanted: RankingWish, language: str) -> Answer:
    """Does the score find whom you seek? Precision beside plain spending, the members, a blind choice."""
    spending = metric_of(records.bundle, wanted.metric).id
    found = found_by(_known(records, truth, spending), wanted.size)
    data = {"fact": wanted.fact, "metric": spending, "base": found.base, **asdict(found)}
    sheets = ranking_sheets(found, wanted.fact, spending, records.bundle, language)
    figures = ranking_figures(found, wanted.fact, spending, records.bundle, language)
    return Answer(data, sheets, figures)


def _known(records: Records, truth: Truth, spending: str) -> dict[str, Known]:
    """Every customer of whom both the truth and a score are known."""
    outside = records.bundle.catalogue.tiers[0].id
    members = {document["_id"] for document in records.find(RELATIONSHIPS, {"tier": {"$ne": outside}})}
    known = {
        document["_id"]: Known(
            sought=truth[document["_id"]],
            score=document["score"],
            spend=document["facts"].get(spending) or 0,
            member=document["_id"] in members,
        )
        for document in records.find(CUSTOMERS)
        if document["_id"] in truth and document["score"] is not None
    }
    if not known:
        raise MisaskedError("of none of its customers anything is recorded", "truth")
    return known
