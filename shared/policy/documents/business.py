"""The part of policy.yaml that says which days are business days: `business`."""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.model.business import MONDAY_TO_FRIDAY, BusinessWeek, merged
from shared.model.catalogue import Calendar
from shared.policy.codes import BAD_VALUE, UNKNOWN_NAME
from shared.policy.nodes import ScalarNode
from shared.policy.reading import Fields, Reading
from shared.policy.said import Said
from shared.policy.shapes import BUSINESS, WEEKDAYS

LONGEST_CLOSED_DAYS = 60
"""Whoever is closed for longer has named the wrong calendar: no task would ever be due."""


@dataclass(frozen=True, slots=True)
class BusinessDays:
    """What policy.yaml declares; calendars are not read yet."""

    weekdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    closed: tuple[ScalarNode, ...] = ()


def read_business(manifest: Fields, reading: Reading) -> BusinessDays:
    """Read which weekdays are worked, and the calendars of days that are not."""
    node = manifest.get("business")
    fields = reading.fields(node, BUSINESS) if node is not None else None
    if fields is None:
        return BusinessDays()
    weekday = Said("a day of the week", "星期")
    words = [reading.option(word, WEEKDAYS, weekday) for word in fields.scalars("days")]
    weekdays = tuple(sorted({WEEKDAYS.index(word) for word in words if word}))
    return BusinessDays(weekdays or MONDAY_TO_FRIDAY, fields.scalars("closed"))


def business_week(
    declared: BusinessDays, calendars: Mapping[str, Calendar], reading: Reading
) -> BusinessWeek:
    """The week with the days of its calendars closed."""
    stretches = []
    for word in declared.closed:
        calendar = reading.lookup(word, calendars, Said("calendar", "日历"), UNKNOWN_NAME)
        periods = calendar.periods if calendar else ()
        stretches += [(period.first_day, period.last_day) for period in periods]
    closed = merged(stretches)
    if declared.closed and any(last - first >= LONGEST_CLOSED_DAYS for first, last in closed):
        said = Said(
            f"these calendars close more than {LONGEST_CLOSED_DAYS} days in a row",
            f"这些日历连续停工超过 {LONGEST_CLOSED_DAYS} 天",
        )
        hint = Said("name calendars of days on which nobody works", "请列出无人上班之日的日历")
        reading.problems.add(BAD_VALUE, declared.closed[0].span, said, suggestion=hint)
    return BusinessWeek(declared.weekdays, closed)
