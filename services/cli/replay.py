"""`guanxi replay FILE…`: recorded events through the real services, with the days between them closed.

Safe to run again and in parts: what is known already changes nothing and is counted.
"""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import click
import orjson

from services.cli.errors import FAILED
from services.cli.keys import api_key
from services.cli.opened import Opened, opened
from services.cli.options import config_from, home_option, json_option
from services.cli.running import require
from services.replay.display import Display
from services.replay.known import counts, first_open_day
from services.replay.player import Player
from services.replay.reading import STANDARD_INPUT, readable
from services.replay.sending import IngestSender
from services.replay.summary import Summary
from services.replay.waiting import wait_until_idle
from shared.clock import SystemClock


@dataclass(frozen=True, slots=True)
class ReplayOptions:
    """How to replay."""

    key: str
    events_per_second: float | None = None
    waits: bool = True
    closes_days: bool = True


def _speed(_context: click.Context, _parameter: click.Parameter, value: str) -> float | None:
    if value == "max":
        return None
    try:
        rate = float(value)
    except ValueError:
        rate = 0.0
    if rate <= 0:
        raise click.BadParameter(f"expected `max` or events a second, found {value!r}")
    return rate


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@home_option
@click.option("--key", metavar="KEY", help="API key (GUANXI_KEY, else the key kept in the home directory).")
@click.option("--speed", default="max", callback=_speed, metavar="max|RATE", help="Events a second.")
@click.option("--no-wait", is_flag=True, help="Do not wait until every service has caught up.")
@click.option("--no-markers", is_flag=True, help="Send the events alone, close no days.")
@json_option
def replay(
    files: tuple[str, ...],
    *,
    home: str | None,
    key: str | None,
    speed: float | None,
    no_wait: bool,
    no_markers: bool,
    as_json: bool,
) -> None:
    """Send recorded events (JSON Lines, .gz, or - for standard input) through the running services."""
    _require_files(files)
    config = config_from(home=home)
    options = ReplayOptions(api_key(key, config.home), speed, not no_wait, not no_markers)
    with opened(config) as installation, Display() as display:
        summary = play(installation, files, options, display)
    click.echo(orjson.dumps(summary.to_json()).decode() if as_json else told(summary))
    if summary.refused:
        sys.exit(FAILED)


def play(installation: Opened, files: Sequence[str], options: ReplayOptions, display: Display) -> Summary:
    """Replay *files* through the services of *installation*; they must be running."""
    clock, config, store = SystemClock(), installation.config, installation.store
    require(config.run_dir, "ingest")
    zone = ZoneInfo(installation.bundle.catalogue.timezone)
    # Days that are sent and not yet closed would be closed again, needlessly: let scoring catch up.
    wait_until_idle(installation.bus, clock, display.lags, ["scoring"])
    before, started = counts(store), clock.monotonic()
    player = Player(
        IngestSender(lambda: require(config.run_dir, "ingest"), options.key, clock),
        zone,
        clock,
        display,
        _finder_of_open_day(installation, zone),
        options.events_per_second,
        options.closes_days,
    )
    with readable(files) as paths:
        summary = player.play(paths)
    if options.waits:
        wait_until_idle(installation.bus, clock, display.lags)
        summary.complete(before, counts(store))
    summary.total_s = clock.monotonic() - started
    return summary


def _finder_of_open_day(installation: Opened, zone: ZoneInfo) -> Callable[[int], int]:
    partitions = installation.config.partitions
    return lambda first_day: first_open_day(installation.store, partitions, zone, first_day)


def _require_files(files: Sequence[str]) -> None:
    missing = [name for name in files if name != STANDARD_INPUT and not Path(name).is_file()]
    if missing:
        raise click.BadParameter(f"no such file: {', '.join(missing)}", param_hint="FILE")


def told(summary: Summary) -> str:
    """The summary for people."""
    lines = [
        f"sent        {summary.sent:>9,}",
        f"accepted    {summary.accepted:>9,}",
        f"rejected    {sum(summary.refused.values()):>9,}",
    ]
    lines += [f"  {refusal.place}: [{refusal.code}] {refusal.detail}" for refusal in summary.first_refusals]
    if summary.duplicates is not None:
        lines.append(f"duplicates  {summary.duplicates:>9,}   (known already, changed nothing)")
    lines.append(f"days closed {summary.days_closed:>9,}")
    if summary.decisions is not None:
        by_outcome = ", ".join(f"{number:,} {outcome}" for outcome, number in summary.decisions.items())
        lines.append(f"decisions   {sum(summary.decisions.values()):>9,}   {by_outcome}")
    lines.append(f"took        {summary.total_s:>9.1f} s, {summary.rate:,.0f} events/s end to end")
    return "\n".join(lines)
