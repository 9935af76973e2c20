"""`guanxi backtest`: what another release would have decided over the recorded events, and for whom.

Only reads. Exit code 0 when the candidate passes its gates, 1 when it does not or nothing could be compared.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import orjson
from rich.console import Console

from services.backtest.display import Display, Step
from services.backtest.opening import Prepared, Request, prepared
from services.backtest.quality import ALERT, RANK, Foresight, score_alerts
from services.backtest.recorded import RecordedHistory
from services.backtest.releases import ACTIVE
from services.backtest.reproducing import Reproduction, reproduce
from services.backtest.running import ENGINE
from services.backtest.running import backtest as run_backtest
from services.backtest.switched import RecordedHolds
from services.cli.errors import FAILED
from services.cli.opened import Opened, opened
from services.cli.options import config_to_look, home_option, language_option
from services.cli.showing import console, show_sheets
from shared.backtest.replay import Instruments
from shared.customer.yardstick import yardsticks
from shared.lifecycle import collect_garbage_rarely
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.judge import judges
from shared.reports.backtest_page import page
from shared.reports.backtest_sheets import BacktestSheets
from shared.reports.quality_page import page as quality_page
from shared.reports.quality_sheets import QualitySheets
from shared.reports.sheet import Sheet

_PRETTY = orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS
_DATE = click.DateTime(formats=["%Y-%m-%d"])


@click.command()
@click.option(
    "--base", default=ACTIVE, show_default=True, metavar="active|DIGEST|DIR", help="Compare with this."
)
@click.option(
    "--candidate",
    default="rules",
    envvar="GUANXI_RULES",
    metavar="DIR|DIGEST",
    help="What is to be tried (GUANXI_RULES, default ./rules).",
)
@click.option("--from", "first", type=_DATE, metavar="DATE", help="The candidate takes over before this day.")
@click.option("--to", "last", type=_DATE, metavar="DATE", help="The last day.")
@click.option(
    "--events", "files", multiple=True, metavar="FILE", help="JSON Lines (.gz, -), not what is recorded."
)
@click.option("--event-time", is_flag=True, help="In the order in which things happened, not was recorded.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "html"]), default="text", show_default=True
)
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option(
    "--output", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write to FILE."
)
@click.option(
    "--samples", default=20, show_default=True, type=click.IntRange(0, 1_000), help="Explained customers."
)
@click.option("--processes", default=0, type=click.IntRange(0, 64), help="Default: as many as pay.")
@click.option("--progress", hidden=True, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--reproduce", "proves", is_flag=True, help="Prove that a replay decides exactly as was recorded."
)
@click.option(
    "--outcome", metavar="PHRASE", help='Score the candidate\'s alerts instead: "no purchase for 180 days".'
)
@click.option("--rank", default=RANK, show_default=True, metavar="FACT", help="What ranks customers by risk.")
@click.option("--alert", default=ALERT, show_default=True, help="The alert that foretells leaving.")
@click.option(
    "--cut", "cut_days", multiple=True, type=_DATE, metavar="DATE", help="Default: every month end."
)
@language_option
@home_option
def backtest(
    *,
    base: str,
    candidate: str,
    first: datetime | None,
    last: datetime | None,
    files: tuple[str, ...],
    event_time: bool,
    form: str,
    as_json: bool,
    output: Path | None,
    samples: int,
    processes: int,
    progress: Path | None,
    proves: bool,
    outcome: str | None,
    rank: str,
    alert: str,
    cut_days: tuple[datetime, ...],
    language: str,
    home: str | None,
) -> None:
    """Try other rules on recorded events: who moves, what it costs, and why."""
    collect_garbage_rarely()
    if proves:
        _prove(home)
        return
    base = candidate if outcome else base
    request = Request(base, candidate, _day(first), _day(last), files, event_time, samples, processes)
    asked = Foresight(outcome, rank, alert, [day.toordinal() for day in cut_days]) if outcome else None
    with (
        _installation(request, home) as installation,
        Display(progress) as display,
        prepared(request, installation, display) as ready,
    ):
        told = _answer(asked, ready, display.step("running", len(ready.history)), language)
    for refusal in ready.refusals:
        click.echo(refusal, err=True)
    _write(told.report, told.all(), lambda: _page(told), "json" if as_json else form, output)
    if not told.report.get("passed", True):
        sys.exit(FAILED)


def _answer(
    asked: Foresight | None, ready: Prepared, step: Step, language: str
) -> BacktestSheets | QualitySheets:
    """Compare both releases, or score the candidate's alerts if that is *asked*."""
    plan, window = ready.plan, ready.window
    if asked is None:
        report = run_backtest(plan, ready.history, window, step)
        return BacktestSheets(report, plan.base, plan.candidate, language)
    scored = score_alerts(asked, plan.candidate, ready.history, (window.first_day, window.last_day), step)
    return QualitySheets(scored, plan.candidate, language)


def _page(told: BacktestSheets | QualitySheets) -> str:
    return page(told) if isinstance(told, BacktestSheets) else quality_page(told)


def _day(given: datetime | None) -> date | None:
    return given.date() if given else None


@contextmanager
def _installation(request: Request, home: str | None) -> Iterator[Opened | None]:
    """The installation, unless files and directories say it all."""
    needed = not request.files or not all(Path(name).is_dir() for name in (request.base, request.candidate))
    if needed:
        with opened(config_to_look(home)) as installation:
            yield installation
    else:
        yield None


def _write(
    report: Mapping[str, Any], sheets: list[Sheet], as_page: Callable[[], str], form: str, output: Path | None
) -> None:
    if form != "text":
        text = as_page() if form == "html" else orjson.dumps(report, option=_PRETTY).decode() + "\n"
        if output is None:
            click.echo(text, nl=False)
        else:
            output.write_text(text, encoding="utf-8")
    elif output is None:
        show_sheets(sheets, console())
    else:
        with output.open("w", encoding="utf-8") as file:
            show_sheets(sheets, Console(file=file, width=160))


def _prove(home: str | None) -> None:
    """Replay what was recorded, with its releases and admissions, and compare every decision."""
    with opened(config_to_look(home)) as installation, Display() as display:
        history = RecordedHistory(installation.bus, installation.store)
        engine = engine_named(ENGINE)
        holds = RecordedHolds.read(installation.bus, installation.store, installation.release)
        instruments = Instruments(
            yardsticks(installation.release), judges(installation.release, engine), holds
        )
        found = reproduce(history, instruments, display.step("reproducing", len(history)))
    click.echo(_proved(found))
    if not found.is_exact:
        sys.exit(FAILED)


def _proved(found: Reproduction) -> str:
    whole = f"{found.decisions:,} decisions about {found.customers:,} customers"
    if found.is_exact:
        fuller = f" ({found.fuller:,} recorded by a version that wrote fewer fields)" if found.fuller else ""
        return f"{whole}: all made again exactly as they were recorded{fuller}"
    return "\n".join([f"{whole}: {found.differing:,} differ from what was recorded", *found.differences])
