"""Rules under which alerts go out as webhooks, and customers who are sure to cause one.

A customer who buys much and falls silent becomes core, raises one alert, and orders one care task.
"""

import shutil
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from tests.faults.selling import START, Sale
from tests.flow.cli.conftest import RULES

ROUTES = """\
contact_cap: 3 in 30 days
routes:
  alerts:
    match: {action: raise_alert}
    to: manager
    channels: [inbox, webhook]
    subject: {en: "{title}"}
    body: {en: "{reason}"}
"""
SILENCE = timedelta(days=120)


def rules_that_tell(directory: Path) -> Path:
    """Write the rules into *directory*."""
    shutil.copytree(RULES, directory)
    (directory / "notifications.yaml").write_text(ROUTES, encoding="utf-8")
    return directory


def leaver(number: int) -> Sequence[Sale]:
    """The events of customer *number*, the last one after a long silence."""
    customer = f"c{number}"
    times = [START + timedelta(days=day) for day in range(3)]
    times.append(times[-1] + SILENCE)
    return [
        Sale(f"{customer}-{at}", customer, "purchase", time, 200_000 if at < 3 else 100)
        for at, time in enumerate(times)
    ]
