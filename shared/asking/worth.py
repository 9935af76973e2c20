"""What the store knows of the premises of worth: two years of purchases, and who was in which group."""

from shared.asking.orders import ask_paid, ask_settings
from shared.asking.records import Records
from shared.worth.measured import YEAR, Bought, Measured, measure


def ask_measured(installation: Records, metric: str | None, fact: str | None) -> list[Measured]:
    """Premises measured from every accepted event, by the group in which customers were a year ago."""
    today = installation.today() - 1
    settings = ask_settings(installation, fact) if fact else None
    bought: dict[str, Bought] = {}
    for paid in ask_paid(installation, metric):
        bought.setdefault(paid.customer, Bought()).add(paid.day, today, paid.amount, paid.sign)
    if settings is None:
        return measure(bought)
    return measure(bought, {customer: settings.on(customer, today - YEAR) for customer in bought})
