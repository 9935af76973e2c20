"""`guanxi backup DIR`: a copy of an embedded installation, of one moment, while its services go on.

What it writes is a home directory: `guanxi up --home DIR` runs it. Only for data in SQLite files.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path

import click

from services.cli.opened import require_data
from services.cli.options import config_to_look, home_option
from shared.bus.open import embedded_bus_file
from shared.config import Config
from shared.errors import RefusedError
from shared.sqlite.snapshot import copy_at_once
from shared.sqlite.url import sqlite_path
from shared.store.collections import ALL
from shared.store.url import without_password

_SECRET = "secret"  # noqa: S105 - the name of the file


class NotEmbeddedError(RefusedError):
    """The data is with a server that has tools of its own for this."""

    code = "not-embedded"


@click.command()
@click.argument("directory", type=click.Path(path_type=Path), metavar="DIR")
@home_option
def backup(*, directory: Path, home: str | None) -> None:
    """Copy bus, store and secret, as of one moment, to a new directory; services may run."""
    config = config_to_look(home)
    files = _files(config)
    require_data(config)
    if directory.exists() and any(directory.iterdir()):
        raise click.UsageError(f"{directory} is not empty; name a new directory for each backup")
    size = _write(config, files, directory.absolute())
    click.echo(f"{len(files)} files, {size / 1e6:,.1f} MB; to run it: guanxi up --home {directory}")


def _files(config: Config) -> dict[Path, Path]:
    """The files that hold the data, each with its place in a home directory."""
    bus = embedded_bus_file(config.bus_url)
    if bus is None or not config.store_url.startswith("sqlite:"):
        raise NotEmbeddedError(
            f"{without_password(config.bus_url if bus is None else config.store_url)} is a server's:"
            " copy it with the server's tools (docs/backup.md)"
        )
    store = sqlite_path(config.store_url, "store", "sqlite:///path/to/directory/")
    names = sorted({f"{spec.owner}.db" for spec in ALL})
    topics = bus.with_name(f"{bus.name}.d")
    return {
        bus: Path("bus.db"),
        **{path: Path("bus.db.d") / path.name for path in sorted(topics.glob("*.db"))},
        **{store / name: Path(name) for name in names if (store / name).exists()},
    }


def _write(config: Config, files: Mapping[Path, Path], directory: Path) -> int:
    """Write everything beside *directory* first: a directory of that name is always a whole backup."""
    draft = directory.with_name(f".{directory.name}.{os.getpid()}")
    draft.mkdir(parents=True, mode=0o700)
    try:
        (draft / "bus.db.d").mkdir(mode=0o700)
        copy_at_once({path: draft / place for path, place in files.items()})
        if (secret := config.home / _SECRET).exists():
            shutil.copy2(secret, draft / _SECRET)
        size = sum(path.stat().st_size for path in draft.rglob("*.db"))
        draft.rename(directory)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return size
