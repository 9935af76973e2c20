"""Facts that are never missing, because of every customer they are known from the first day on. Pure."""

from shared.customer.assess import CUSTOMER_SINCE_DAYS, CustomerModel, assess
from shared.model.rules import Bundle, FactSource

_KEPT = frozenset({"tier", "groups", "entitlements", "days_in_tier", CUSTOMER_SINCE_DAYS})


def always_known(bundle: Bundle) -> frozenset[str]:
    """The facts of *bundle* that no customer lacks: what is known of one of whom nothing was told."""
    model = CustomerModel.compile(bundle.catalogue)
    measured = assess(model.measures.new_customer(), model, 1).facts
    initial = {
        name
        for name, fact in bundle.facts.items()
        if fact.source is FactSource.CALENDAR or fact.initial is not None
    }
    return frozenset({*measured, *initial, *_KEPT})
