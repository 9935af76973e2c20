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

from services.cli.errors import FAILED
from services.cli.lag import service_lags
from services.cli.opened import Opened, opened
from services.cli.options import config_to_look, home_option, json_option, language_option
from services.cli.running import RunningService, is_supervised, running_services
from services.cli.showing import console
from services.cli.status_words import show
from shared.clock import SystemClock
from shared.config import SERVICES
from shared.releases.reader import NoReleaseError, ReleaseReader
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
@language_option
def status(*, home: str | None, as_json: bool, language: str) -> None:
    """Tell what runs, how far behind, and what is active."""
    with opened(config_to_look(home)) as installation:
        told = status_of(installation)
    if as_json:
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        show(told, console(), language)
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
