"""When competitors of a simulated company discount: the periods of a calendar of the rule files."""

import sys
from datetime import date
from pathlib import Path

import click

from shared.policy.problems import to_human
from shared.policy.release import build, load_directory


def promotions(rules: Path, calendar: str, start: date, days: int) -> frozenset[int]:
    """The days of the calendar's periods, counted from the start; rules that do not pass end the program."""
    sources = load_directory(rules)
    result = build(sources)
    if result.bundle is None:
        click.echo(to_human(result.problems, sources.texts), err=True)
        sys.exit(1)
    calendars = result.bundle.catalogue.calendars
    if calendar not in calendars:
        raise click.BadParameter(f"expected one of {', '.join(calendars)}", param_hint="--calendar")
    first = start.toordinal()
    return frozenset(
        day - first
        for period in calendars[calendar].periods
        for day in range(max(period.first_day, first), min(period.last_day, first + days - 1) + 1)
    )
