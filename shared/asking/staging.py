"""What the store knows of the stages of relationships."""

from shared.asking.errors import MisaskedError
from shared.asking.leaving import decisions_of
from shared.asking.orders import setters
from shared.asking.records import Records
from shared.asking.wish import Wish
from shared.reports.leavings import STAGE
from shared.reports.lifecycle import Frame, Lifecycle, Standing, lifecycle
from shared.store.collections import RELATIONSHIPS


def ask_lifecycle(records: Records, wanted: Wish) -> Lifecycle:
    """Where everybody stands, and who moved in the period."""
    fact = records.bundle.facts.get(STAGE)
    if fact is None:
        raise MisaskedError(f"the rule files declare no fact {STAGE!r}", "home")
    initial = str(fact.initial)
    stages = [initial, *(choice for choice in fact.choices if choice != initial)]
    now = {
        document["_id"]: Standing(
            document["relationship"]["facts"].get(STAGE, initial), document["relationship"]["first_seen"]
        )
        for document in records.find(RELATIONSHIPS)
    }
    told = decisions_of(records, setters(records.bundle, STAGE))
    decisions = sorted(told, key=lambda each: (each["as_of"], each["_id"]))
    return lifecycle(decisions, now, STAGE, Frame(stages, wanted.first, wanted.last, records.today()))
