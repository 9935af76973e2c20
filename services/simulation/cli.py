"""`guanxi simulate`: its options, and what a person sees while it runs."""

from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from pathlib import Path

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from services.cli.options import json_option
from services.simulation.options import company_options
from services.simulation.promotions import promotions
from services.simulation.writing import STANDARD_OUTPUT, Written, write_company
from shared.simulation.world import World, everybody

STEPS = 1_000_000
MOST_CUSTOMERS = 10_000_000


@click.command()
@click.option(
    "--customers", type=click.IntRange(1, MOST_CUSTOMERS), default=1_000, show_default=True,
    help="How many customers.",
)  # fmt: skip
@company_options
@click.option("--days", type=click.IntRange(1, 36_500), default=730, show_default=True, help="How long.")
@click.option(
    "--output", default="company.jsonl.gz", show_default=True, metavar="FILE",
    help="Where events go, packed if it ends in .gz; - is standard output.",
)  # fmt: skip
@click.option(
    "--truth", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
    help="Where the hidden truth goes; default: beside the events.",
)  # fmt: skip
@click.option(
    "--care-every", type=click.IntRange(1, 3_650), default=60, show_default=True, metavar="DAYS",
    help="Days between two cares.",
)  # fmt: skip
@click.option(
    "--without-care", type=click.FloatRange(0, 100), default=0.0, show_default=True, metavar="PERCENT",
    help="Customers who never get care, drawn by a hash of their id.",
)  # fmt: skip
@click.option(
    "--rules", type=click.Path(exists=True, file_okay=False, path_type=Path), envvar="GUANXI_RULES",
    default="rules", show_default=True, metavar="DIR",
    help="Rule files, for the dates of competitors' promotions (GUANXI_RULES).",
)  # fmt: skip
@click.option(
    "--processes", type=click.IntRange(1, 256), default=1, show_default=True, metavar="N",
    help="Work in so many processes; the bytes stay the same.",
)  # fmt: skip
@json_option
def simulate(
    *, customers: int, seed: int, start: date, days: int, output: str, truth: Path | None,
    care_effect: float, care_every: int, without_care: float, rules: Path, calendar: str, processes: int,
    as_json: bool,
) -> None:  # fmt: skip
    """Make a believable company's events, and the truth behind them, to try policies on.

    Customers have hidden types (loyal advocates, price-driven, picky, fading, wholesale giants, risky
    payers …) whose behaviour truly answers care, or does not. Then: guanxi replay company.jsonl.gz
    """
    world = World(
        seed=seed, start=start, days=days, promotions=promotions(rules, calendar, start, days),
        care=HoldingOut(without_care) if without_care else everybody,
        care_effect=care_effect, care_every=care_every,
    )  # fmt: skip
    truth = truth or _beside(output)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("customers", total=customers)
        written = write_company(
            world,
            customers,
            output,
            truth,
            told=lambda done: progress.advance(task, done),
            processes=processes,
        )
    _tell(written, output, truth, as_json)


def _beside(output: str) -> Path | None:
    """The truth of ``company.jsonl.gz`` goes to ``company.truth.jsonl``; of standard output nowhere."""
    if output == STANDARD_OUTPUT:
        return None
    path = Path(output)
    return path.with_name(path.name.partition(".")[0] + ".truth.jsonl")


@dataclass(frozen=True, slots=True)
class HoldingOut:
    """Care for all but a share of the customers, who never get any."""

    percent: float

    def __call__(self, customer: str, day: int) -> bool:
        """Whether *customer* is cared for."""
        drawn = blake2b(f"without-care\n{customer}".encode(), digest_size=8).digest()
        return int.from_bytes(drawn, "big") % STEPS * 100 / STEPS >= self.percent


def _tell(written: Written, output: str, truth: Path | None, as_json: bool) -> None:
    to_standard_output = output == STANDARD_OUTPUT
    if as_json:
        document = {**written.to_json(), "output": output, "truth": str(truth) if truth else None}
        click.echo(orjson.dumps(document).decode(), err=to_standard_output)
        return
    click.echo(
        f"{written.events:,} events of {written.customers:,} customers in {output}"
        + (f", the truth in {truth}" if truth else ""),
        err=to_standard_output,
    )
    if not to_standard_output:
        click.echo(f"next: guanxi replay {output}", err=True)
