"""What one process of an installation says of itself over HTTP."""

import re

import orjson

from services.cli.running import RunningService
from tests.faults.installation import Installation


def partitions_of(installation: Installation, member: str) -> set[int]:
    """What a worker says it holds; nothing while it is away."""
    place = _place(installation, member)
    if place is None:
        return set()
    _, answer = installation.ask(place, "GET", "/v1/status")
    return set(orjson.loads(answer)["partitions"])


def metric(installation: Installation, member: str, name: str) -> float:
    """The sum over all labels of a metric."""
    place = _place(installation, member)
    assert place is not None, f"{member} does not run"
    text = installation.ask(place, "GET", "/metrics")[1].decode()
    return sum(float(value) for value in re.findall(rf"^{name}(?:{{[^}}]*}})? (\S+)$", text, re.MULTILINE))


def _place(installation: Installation, member: str) -> RunningService | None:
    return next((each for each in installation.running() if each.member == member), None)
