"""`guanxi demo`: two years of real sales through all four services, and what comes out.

Works in a scratch directory of its own, on ports the system picks, with the events' clock. The data
stays there to be looked at; the next demo starts afresh. A bus and a store outside are used only when
the command names them, never because the environment does: they may be a company's own.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

import click
from rich.console import Console

from services.cli.demo_services import demo_services
from services.cli.demo_story import tell
from services.cli.keys import keep_key
from services.cli.opened import opened
from services.cli.options import environment_with, language_option, rules_option
from services.cli.replay import ReplayOptions, play, told
from services.cli.running import running_services
from services.cli.showing import console
from services.cli.up import AlreadyUpError
from services.ingest.keys import ApiKeys
from services.replay.display import Display
from shared.clock import SystemClock
from shared.config import SERVICES, Config, load_config, port_setting
from shared.http.keys import Scope
from shared.store.collections import API_KEYS
from shared.store.open import open_store

ROOT = Path(__file__).parents[2]
SALES = ROOT / "deploy" / "demo" / "online_retail2_events.jsonl.gz"
MARK = "this-is-a-demo"
"""A file that says that a directory may be deleted by the next demo."""


@click.command()
@click.option("--home", default=".guanxi/demo", show_default=True, metavar="DIR", help="Scratch directory.")
@click.option("--file", "files", multiple=True, metavar="FILE", help="Other events than the sales shipped.")
@click.option("--bus", default="", metavar="URL", help="An empty bus outside; default: embedded.")
@click.option("--store", default="", metavar="URL", help="An empty store outside; default: embedded.")
@click.option("--workers", multiple=True, default=["rules=2"], show_default=True, metavar="NAME=N")
@rules_option
@language_option
def demo(
    *,
    home: str,
    files: tuple[str, ...],
    bus: str,
    store: str,
    workers: tuple[str, ...],
    rules: str | None,
    language: str,
) -> None:
    """Replay two years of real sales of a British shop and show what Guanxi makes of them."""
    out = console()
    config = fresh_config(Path(home).absolute(), rules, {"bus": bus, "store": store})
    out.print(f"A fresh installation in {config.home}; rules from {config.rules_dir}.\n", soft_wrap=True)
    key = _create_key(config)
    with demo_services(config, workers, out) as look:
        options = ReplayOptions(key)
        with opened(config) as installation, Display(Console(stderr=True)) as display:
            summary = play(installation, files or [str(SALES)], options, display)
        out.print(told(summary) + "\n", markup=False)
        figures = look()
    with opened(config) as installation:
        tell(installation, summary, figures, language, out)


def fresh_config(home: Path, rules: str | None, outside: Mapping[str, str]) -> Config:
    """Settings for an empty directory; a former demo there is removed, anything else is left alone.

    *outside* names a bus and a store; an empty URL is the embedded one.
    """
    if running_services(home / "run"):
        raise AlreadyUpError(f"services run on {home}; stop them first")
    if home.exists() and any(home.iterdir()):
        if not (home / MARK).exists():
            raise click.UsageError(f"{home} is not empty and no former demo; choose another --home")
        shutil.rmtree(home)
    home.mkdir(parents=True, exist_ok=True)
    (home / MARK).touch()
    ports = {port_setting(name).removeprefix("GUANXI_"): "0" for name in SERVICES}
    shipped = str(ROOT / "rules") if not Path("rules").is_dir() else None
    given = {"home": str(home), "rules": rules or shipped, "clock": "event", "log": "json"}
    return load_config(environment_with({**given, **ports, **outside}))


def _create_key(config: Config) -> str:
    store = open_store(config.store_url)
    try:
        keys = ApiKeys(store.collection(API_KEYS), config.secret, SystemClock())
        issued = keys.create("demo", [Scope.EVENTS_WRITE, Scope.CLOCK])
    finally:
        store.close()
    keep_key(issued.token, config.home)
    return issued.token
