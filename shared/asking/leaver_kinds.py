"""What the store knows of which customers leave, beside those who do not."""

from collections.abc import Iterator, Mapping

from shared.asking.errors import MisaskedError
from shared.asking.orders import Settings, ask_settings
from shared.asking.records import Records
from shared.reports.last_months import Trading
from shared.reports.leaver_kinds import BOUGHT_FOR, KindOf, Kinds, span

FACTS = ("importance", "segment")
"""Names of the default rules; what a release's rules do not set is left out."""

Happened = Mapping[str, list[tuple[int, str]]]


def ask_leaver_kinds(
    records: Records, happened: Happened, left: Mapping[str, int], until: int, trading: Trading
) -> tuple[KindOf, ...]:
    """Compare who *left* (on which day) with all others, each at the last purchase until then."""
    settings = dict(_settings(records))
    kinds = Kinds()
    for customer, events in happened.items():
        end = left.get(customer, until)
        bought = [day for day, event in events if event in trading.bought and day <= end]
        if bought:
            first, last = min(bought), max(bought)
            said = [(fact, each.on(customer, last)) for fact, each in settings.items()]
            kinds.add([*said, (BOUGHT_FOR, span(first, last))], left=customer in left)
    return kinds.compared()


def _settings(records: Records) -> Iterator[tuple[str, Settings]]:
    for fact in FACTS:
        try:
            yield fact, ask_settings(records, fact)
        except MisaskedError:
            continue
