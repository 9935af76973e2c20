"""`make demo-cluster`: the demo over Apache Kafka and MongoDB, then over the embedded default, compared.

Starts and ends both servers itself, on loopback ports that the system picks; everything lies under one
scratch directory that the next run replaces. Ends with 1 unless both runs made the same business.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.servers.kafka_broker import BrokerError, KafkaBroker
from deploy.servers.mongo_server import MongoServer, NoServerError, fetch_double
from services.cli.export import EXPORTED
from services.cli.running import running_services

SCRATCH = Path(".guanxi/demo-cluster").absolute()
PARTITIONS = "4"
WORKERS = ("scoring=2", "rules=2")
LINE_END = b"\n"

_GUANXI = (sys.executable, "-m", "services")


def main(files: Sequence[str]) -> int:
    """Run the demo twice over *files* (none: the sales shipped) and compare what came out."""
    out = Console()
    if running := [home for home in ("cluster", "embedded") if running_services(SCRATCH / home / "run")]:
        out.print(f"services of a former demo still run on {', '.join(running)}: stop them first")
        return 2
    shutil.rmtree(SCRATCH, ignore_errors=True)
    try:
        return compared(files, out)
    except (BrokerError, NoServerError) as error:
        out.print(f"demo-cluster needs Apache Kafka and MongoDB: {error}", markup=False)
    except subprocess.CalledProcessError as error:  # the command has said why
        out.print(f"`guanxi {error.cmd[3]}` ended with {error.returncode}; see {SCRATCH}", markup=False)
    return 2


def compared(files: Sequence[str], out: Console) -> int:
    """Run both and show them; 1 unless they made the same business."""
    with servers(out) as outside:
        took = demo("cluster", files, outside, [f"--workers={each}" for each in WORKERS])
        clustered = exported("cluster", outside)
    out.print("\nNow the same sales over the embedded default; its story goes to a file.\n")
    embedded_took = demo("embedded", files, {}, [], quiet=True)
    embedded = exported("embedded", {})
    show(clustered, embedded, {"cluster": took, "embedded": embedded_took}, out)
    return int(clustered != embedded)


@contextmanager
def servers(out: Console) -> Iterator[Mapping[str, str]]:
    """Run an empty Kafka and an empty MongoDB; yields what names them."""
    fetch_double()
    for name in ("kafka", "mongo"):
        (SCRATCH / name).mkdir(parents=True)
    kafka, mongo = KafkaBroker(SCRATCH / "kafka"), MongoServer(SCRATCH / "mongo")
    try:
        kafka.start()
        mongo.start()
        out.print(f"Apache Kafka at {kafka.url}; MongoDB is {mongo.name}", markup=False)
        yield {"--bus": kafka.url, "--store": mongo.url()}
    finally:
        mongo.stop()
        kafka.stop()


def demo(
    home: str,
    files: Sequence[str],
    outside: Mapping[str, str],
    options: Sequence[str],
    *,
    quiet: bool = False,
) -> float:
    """Run one demo; return the seconds it took, start and story included."""
    named = [f"--home={SCRATCH / home}", *(f"{option}={url}" for option, url in outside.items())]
    command = [*_GUANXI, "demo", *named, *options, *(f"--file={file}" for file in files)]
    environment = {**os.environ, "GUANXI_PARTITIONS": PARTITIONS}
    started = time.monotonic()
    if not quiet:
        subprocess.run(command, env=environment, check=True)  # noqa: S603 - our own command line
    else:
        with (SCRATCH / f"{home}.txt").open("wb") as story:
            subprocess.run(command, env=environment, stdout=story, check=True)  # noqa: S603
    return time.monotonic() - started


def exported(home: str, outside: Mapping[str, str]) -> dict[str, bytes]:
    """What the business sees of every exported collection, as sorted lines."""
    named = {"GUANXI_BUS": outside.get("--bus", ""), "GUANXI_STORE": outside.get("--store", "")}
    return {
        name: subprocess.run(  # noqa: S603 - our own command line
            [*_GUANXI, "export", name, "--projection", f"--home={SCRATCH / home}"],
            env={**os.environ, **named},
            stdout=subprocess.PIPE,
            check=True,
        ).stdout
        for name in EXPORTED
    }


def show(
    clustered: Mapping[str, bytes], embedded: Mapping[str, bytes], took: Mapping[str, float], out: Console
) -> None:
    """Print both runs side by side."""
    table = Table(
        "", "documents", "Kafka and MongoDB", "embedded", "byte for byte", title="The same business?"
    )
    for name in EXPORTED:
        counts = {f"{run[name].count(LINE_END):,}": None for run in (clustered, embedded)}
        same = "same" if clustered[name] == embedded[name] else "DIFFERENT"
        table.add_row(name, " / ".join(counts), _digest(clustered[name]), _digest(embedded[name]), same)
    out.print(table)
    for name, seconds in took.items():
        out.print(f"{name}: {seconds:.0f} s with start and story")
    out.print(f"All of it lies in {SCRATCH.relative_to(Path.cwd())}; the servers have ended.", markup=False)


def _digest(exported: bytes) -> str:
    return hashlib.sha256(exported).hexdigest()[:12]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
