"""`guanxi company`: its options, and what a person sees of a company that is run with Guanxi in the loop."""

import sys
from datetime import date
from pathlib import Path

import click
from rich.console import Console

from services.cli.demo_services import demo_services
from services.cli.demo_story import shown_path
from services.cli.errors import FAILED
from services.cli.json_output import print_json
from services.cli.opened import opened
from services.cli.options import config_to_look, json_option, language_option, rules_option
from services.cli.showing import console, show_sheets
from services.company.judging import judge
from services.company.opening import Plan, company_run, create_key, fresh_company
from services.company.running import CompanyRun
from services.company.sheets import months_sheet, truth_sheets
from services.company.telling import counted_json, judged_json, next_sheet
from services.simulation.options import company_options
from services.simulation.promotions import promotions
from shared.config import Config
from shared.reports.chinese import told_in
from shared.simulation.staff import Staff
from shared.simulation.world import World

HOME = ".guanxi/company"
WINDOW_DAYS = 30


@click.group()
def company() -> None:
    """Run a simulated company with Guanxi in the loop, and see whether its care works."""


@company.command()
@click.option("--home", default=HOME, show_default=True, metavar="DIR", help="Scratch directory.")
@click.option(
    "--customers", type=click.IntRange(1, 100_000), default=1_000, show_default=True, help="How many."
)
@company_options
@click.option("--days", type=click.IntRange(1, 3_660), default=730, show_default=True, help="How long.")
@click.option(
    "--every", type=click.IntRange(1, 366), default=7, show_default=True, metavar="DAYS",
    help="Days between two looks of the staff at what Guanxi orders.",
)  # fmt: skip
@click.option(
    "--holdout", type=click.FloatRange(0, 100), default=50.0, show_default=True, metavar="PERCENT",
    help="Customers held out of each rule that orders care and has no holdout; 0: rules as they are.",
)  # fmt: skip
@click.option(
    "--done", type=click.FloatRange(0, 100), default=85.0, show_default=True, metavar="PERCENT",
    help="How much of what is ordered the staff does; the rest it skips.",
)  # fmt: skip
@click.option(
    "--within", type=click.IntRange(1, 366), default=5, show_default=True, metavar="DAYS",
    help="Days within which the staff comes to it.",
)  # fmt: skip
@click.option("--bus", default="", metavar="URL", help="An empty bus outside; default: embedded.")
@click.option("--store", default="", metavar="URL", help="An empty store outside; default: embedded.")
@click.option("--workers", multiple=True, metavar="NAME=N", help="Processes of a service, e.g. rules=2.")
@rules_option
@json_option
@language_option
def run(
    *, home: str, customers: int, seed: int, start: date, days: int, every: int, holdout: float,
    care_effect: float, done: float, within: int, calendar: str, bus: str, store: str,
    workers: tuple[str, ...], rules: str | None, as_json: bool, language: str,
) -> None:  # fmt: skip
    """Let a company live, give the care that Guanxi orders, and compare what it did with the truth.

    Customers truly answer care by their hidden type. A fresh installation with all services is made for it.
    """
    config = fresh_company(Path(home).absolute(), rules, {"bus": bus, "store": store}, holdout)
    plan = Plan(
        World(
            seed=seed, start=start, days=days, care_effect=care_effect, care_on=lambda customer: (),
            promotions=promotions(config.rules_dir, calendar, start, days),
        ),
        customers, Staff(seed, done / 100, within), every,
    )  # fmt: skip
    key = create_key(config)
    with (
        demo_services(config, workers, Console(stderr=True)),
        opened(config) as installation,
        company_run(installation, key, plan) as living,
    ):
        living.run()
    _tell_run(living, config, language, as_json=as_json)
    for refusal in living.stream.summary.first_refusals:
        click.echo(f"{refusal.place}: [{refusal.code}] {refusal.detail}", err=True)
    if living.stream.summary.refused:  # the rules' catalogue does not take what the company's systems tell
        sys.exit(FAILED)


@company.command()
@click.option("--home", default=HOME, show_default=True, metavar="DIR", help="What `run` left.")
@click.option(
    "--days", type=click.IntRange(1, 365), default=WINDOW_DAYS, show_default=True,
    help="Days after the decision.",
)  # fmt: skip
@click.option("--by", metavar="FACT", help="Also by the value of a fact that rules set: price_driven …")
@json_option
@language_option
def truth(*, home: str, days: int, by: str | None, as_json: bool, language: str) -> None:
    """Ask again whether care works, with the truth beside the estimate."""
    config = config_to_look(home)
    with opened(config) as installation:
        judged = judge(installation, config.home, days=days, fact=by)
        if as_json:
            print_json(judged_json(judged))
        else:
            show_sheets(told_in(language, truth_sheets(judged, installation.bundle, language)), console())


def _tell_run(living: CompanyRun, config: Config, language: str, *, as_json: bool) -> None:
    with opened(config) as installation:
        judged = judge(installation, config.home, days=WINDOW_DAYS, fact=None)
        bundle = installation.bundle
    if as_json:
        print_json({**counted_json(living), **judged_json(judged)})
        return
    months, truths = months_sheet(living.ledger.months), truth_sheets(judged, bundle, language)
    show_sheets(told_in(language, [months, *truths, next_sheet(shown_path(config.home))]), console())
