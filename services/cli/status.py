"""`guanxi status`: what runs and is ready, how far behind each service is, and what is active.

Exit code 0 when all services are ready, 1 otherwise.
"""

import sys
from collections.abc import Mapping
from dataclasses import asdict
from http.client import HTTPException
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import click
import orjson
from rich.console import Console

from services.cli.errors import FAILED
from services.cli.lag import service_lags
from services.cli.opened import Opened, opened
from services.cli.options import config_to_look, home_option, json_option
from services.cli.running import RunningService, is_supervised, running_services
from services.cli.showing import console, show_sheets
from shared.clock import SystemClock
from shared.config import SERVICES
from shared.releases.reader import NoReleaseError, ReleaseReader
from shared.reports.sheet import Sheet
from shared.store.collections import (
    CUSTOMERS,
    DEAD_LETTERS,
    DECISIONS,
    HISTORY,
    RELATIONSHIPS,
    RELEASES,
    TASKS,
)

COUNTED = (HISTORY, CUSTOMERS, RELATIONSHIPS, DECISIONS, TASKS, DEAD_LETTERS)
TIMEOUT_S = 2.0


@click.command()
@home_option
@json_option
def status(*, home: str | None, as_json: bool) -> None:
    """Tell what runs, how far behind, and what is active."""
    with opened(config_to_look(home)) as installation:
        told = status_of(installation)
    if as_json:
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        show(told, console())
    if not told["ready"]:
        sys.exit(FAILED)


def status_of(installation: Opened) -> dict[str, Any]:
    """Everything the command tells."""
    services = [_service(running) for running in running_services(installation.config.run_dir)]
    ready = {service["service"] for service in services if service["ready"]}
    return {
        "home": str(installation.config.home),
        "ready": ready >= set(SERVICES),
        "supervised": is_supervised(installation.config.run_dir),
        "services": services,
        "missing": [name for name in SERVICES if name not in {service["service"] for service in services}],
        "lag": [asdict(lag) for lag in service_lags(installation.bus, SystemClock())],
        "counts": {spec.name: installation.count(spec) for spec in COUNTED},
        "open_alerts": installation.count(RELATIONSHIPS, {"open_alerts": {"$gt": 0}}),
        "open_tasks": installation.count(TASKS, {"status": "open"}),
        "release": _release(installation),
        "last_closed_day": installation.last_closed_date(),
    }


def _service(running: RunningService) -> dict[str, Any]:
    code, problem = _get(f"{running.url}/readyz")
    reasons = [str(error.get("detail")) for error in problem.get("errors", [])] if code != 200 else []
    return {
        "service": running.service,
        "member": running.member,
        "pid": running.pid,
        "url": running.url,
        "ready": code == 200,
        "not_ready_because": reasons,
        "told": told_by(running),
    }


def told_by(running: RunningService) -> Mapping[str, Any]:
    """What a service tells of its work; empty when it has nothing to tell."""
    code, told = _get(f"{running.url}/v1/status")
    return told if code == 200 else {}


def _get(url: str) -> tuple[int, Mapping[str, Any]]:
    try:
        with urlopen(url, timeout=TIMEOUT_S) as response:  # noqa: S310 - an address from our own run file
            return response.status, _json(response.read())
    except URLError as error:
        code = getattr(error, "code", 0)
        return code, _json(error.read()) if hasattr(error, "read") else {}
    except (OSError, HTTPException):
        return 0, {}


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _release(installation: Opened) -> dict[str, Any] | None:
    try:
        active = ReleaseReader(installation.collection(RELEASES)).active()
    except NoReleaseError:
        return None
    return {"number": active.number, "digest": active.digest, "activated_at": active.activated_at}


def show(told: Mapping[str, Any], on: Console) -> None:
    """Print the status for people."""
    release = told["release"]
    facts = [
        ("last closed day", told["last_closed_day"] or "none"),
        ("active release", f"{release['number']} ({release['digest'][:12]})" if release else "none"),
        *((name.replace("_", " "), f"{number:,}") for name, number in told["counts"].items()),
        ("customers with open alerts", f"{told['open_alerts']:,}"),
        ("open tasks", f"{told['open_tasks']:,}"),
    ]
    show_sheets([_services(told), _lags(told), Sheet(f"Stored in {told['home']}", facts)], on)
    for problem in _problems(told):
        on.print(problem, style="red", markup=False, soft_wrap=True)


def _services(told: Mapping[str, Any]) -> Sheet:
    rows = [
        (
            service["member"],
            "yes" if service["ready"] else "no",
            service["url"],
            str(service["pid"]),
            *(f"{service['told'].get(name, 0):,}" for name in ("processed", "duplicates", "dead_letters")),
        )
        for service in told["services"]
    ]
    rows += [(name, "not running", "", "", "", "", "") for name in told["missing"]]
    headers = ("service", "ready", "address", "process", "processed", "duplicates", "dead letters")
    return Sheet("Services", rows, headers)


def _lags(told: Mapping[str, Any]) -> Sheet:
    rows: list[tuple[str, ...]] = []
    for lag in told["lag"]:
        rows.append((lag["topic"], lag["group"], "all", *_distance(lag)))
        behind = [each for each in lag["partitions"] if each["records"]]
        rows += [("", "", str(each["partition"]), *_distance(each)) for each in behind]
    return Sheet("How far behind", rows, ("topic", "group", "partition", "behind", "since", "done"))


def _distance(lag: Mapping[str, Any]) -> tuple[str, str, str]:
    since = "unknown" if lag["seconds"] is None else f"{lag['seconds']:,.1f} s"
    return f"{lag['records']:,}", since, f"{lag['committed']:,}"


def _problems(told: Mapping[str, Any]) -> list[str]:
    found = [
        f"{service['member']} is not ready: {reason}"
        for service in told["services"]
        for reason in service["not_ready_because"]
    ]
    problems = {problem for each in told["services"] for problem in each["told"].get("problems", [])}
    if problems and (release := told["release"]):
        found.append(f"the edited rules are refused, release {release['number']} goes on:")
    found += sorted(problems)
    found += [_differing(each["told"]) for each in told["services"] if _differing(each["told"])]
    found += [
        f"{lag['group']} cannot go on: on {lag['lost']} partitions of {lag['topic']} the log no longer holds "
        "what was committed; restore log and store of the same moment"
        for lag in told["lag"]
        if lag["lost"]
    ]
    found += sorted({line for each in told["services"] for line in each["told"].get("waiting", [])})
    stopped = {line for each in told["services"] for line in each["told"].get("stopped", [])}
    found += [f"held back: {line}" for line in sorted(stopped)]
    reviews = {line for each in told["services"] for line in each["told"].get("open_reviews", [])}
    found += [f"not yet reviewed: {line}" for line in sorted(reviews)]
    if told["missing"]:
        what_now = "`guanxi up` starts them again" if told["supervised"] else "start with `guanxi up`"
        found.append(f"not running: {', '.join(told['missing'])}; {what_now}")
    return found


def _differing(told: Mapping[str, Any]) -> str:
    """Stored decisions that could not be made again, in one line; nothing when all could."""
    checked = told.get("replayed") or {}
    if not (names := checked.get("differing")):
        return ""
    amount = checked["different"] + checked["failed"]
    return f"{amount} decisions of {checked['day']} come out otherwise when made again: {', '.join(names)}"
