"""When a digest is due: on which day the latest day, week or month ended. Pure; days are ordinals."""

from datetime import date

from shared.model.rules import DigestPlan

WEEK = 7


def last_day_of_period(plan: DigestPlan, closed: int) -> int:
    """The last day of the latest period that is over when the day *closed* is."""
    if plan.every == "day":
        return closed
    if plan.every == "week":
        return closed - (date.fromordinal(closed).weekday() + 1 - plan.weekday) % WEEK
    following = date.fromordinal(closed + 1)
    return following.replace(day=1).toordinal() - 1
