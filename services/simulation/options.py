"""Options that every command takes which makes up a company."""

from datetime import date, datetime

import click

from services.cli.options import F


def company_options(command: F) -> F:
    """``--seed``, ``--from``, ``--care-effect`` and ``--calendar``."""
    seed = click.option(
        "--seed", type=int, default=1, show_default=True,
        help="The same seed gives the same company, to the byte.",
    )  # fmt: skip
    start = click.option(
        "--from", "start", type=click.DateTime(["%Y-%m-%d"]), default="2024-01-01", show_default=True,
        callback=_date, help="First day.",
    )  # fmt: skip
    effect = click.option(
        "--care-effect", type=click.FloatRange(0, 10), default=1.0, show_default=True,
        help="Multiplies what care does to each customer; 0: care does nothing.",
    )  # fmt: skip
    calendar = click.option(
        "--calendar", default="competitor_promotions", show_default=True,
        help="The calendar of the rule files that says when competitors discount.",
    )  # fmt: skip
    return seed(start(effect(calendar(command))))


def _date(_context: click.Context, _parameter: click.Parameter, value: datetime) -> date:
    return value.date()
