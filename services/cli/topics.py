"""`guanxi topics`: make the bus's topics as the services expect them, or tell how they differ.

Services make topics that are missing by themselves; a cluster whose administrators do not allow that
gets them from here. Exit code 1 when a topic differs.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import click
import orjson

from services.cli.errors import FAILED
from services.cli.options import config_from, home_option, json_option
from shared.bus.open import open_bus
from shared.bus.port import Bus
from shared.contracts.topics import ALL, Topic


@click.group()
def topics() -> None:
    """Create the bus's topics, or check them."""


@topics.command()
@home_option
@json_option
def create(*, home: str | None, as_json: bool) -> None:
    """Create the topics that are missing; those that are there are left as they are."""
    with _bus(home) as (bus, partitions):

        def problems(topic: Topic) -> Sequence[str]:
            bus.ensure_topic(topic.name, partitions, topic.kept_days)
            return bus.topic_problems(topic.name, partitions, topic.kept_days)

        _tell(problems, as_json=as_json)


@topics.command()
@home_option
@json_option
def check(*, home: str | None, as_json: bool) -> None:
    """Tell how the topics differ from what the services expect, one line each; changes nothing."""
    with _bus(home) as (bus, partitions):
        _tell(lambda topic: bus.topic_problems(topic.name, partitions, topic.kept_days), as_json=as_json)


@contextmanager
def _bus(home: str | None) -> Iterator[tuple[Bus, int]]:
    config = config_from(home=home)
    bus = open_bus(config.bus_url)
    try:
        yield bus, config.partitions
    finally:
        bus.close()


def _tell(problems: Callable[[Topic], Sequence[str]], *, as_json: bool) -> None:
    found = {topic.name: list(problems(topic)) for topic in ALL}
    if as_json:
        click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        for topic, differing in found.items():
            for line in differing or ["as expected"]:
                click.echo(f"{topic}: {line}")
    if any(found.values()):
        sys.exit(FAILED)
