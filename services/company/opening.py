"""A fresh installation for a simulated company, and the parts of its run put together."""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from services.cli.demo import fresh_config
from services.cli.keys import keep_key
from services.cli.opened import Opened
from services.cli.running import require
from services.company.calendar import Calendar
from services.company.display import Display
from services.company.holdout import with_holdout
from services.company.ledger import Ledger
from services.company.office import Desk, Office
from services.company.running import CompanyRun
from services.company.stream import Stream
from services.ingest.keys import ApiKeys
from services.notification.task_client import TaskClient
from services.replay.sending import IngestSender
from services.replay.waiting import wait_until_idle
from services.simulation.spool import Spool
from shared.clock import SystemClock
from shared.config import Config
from shared.customer.local_time import LocalTime
from shared.http.keys import Scope
from shared.simulation.staff import Staff
from shared.simulation.world import World
from shared.store.collections import API_KEYS
from shared.store.open import open_store

PAUSE_S = 0.05
"""Between two looks at how far the services are: a run waits some hundred times."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What company is to be run, and how: *every* so many days the staff looks for work."""

    world: World
    customers: int
    staff: Staff
    every: int


def fresh_company(home: Path, rules: str | None, outside: Mapping[str, str], holdout: float) -> Config:
    """An empty directory with its own copy of the rules, in which customers are held out."""
    config = fresh_config(home, rules, outside)
    copy = home / "rules"
    with_holdout(config.rules_dir, copy, holdout)
    return replace(config, rules_dir=copy)


def create_key(config: Config) -> str:
    """A key for the company's own systems and people; kept in the directory too."""
    store = open_store(config.store_url)
    try:
        keys = ApiKeys(store.collection(API_KEYS), config.secret, SystemClock())
        issued = keys.create("company", [Scope.EVENTS_WRITE, Scope.CLOCK, Scope.TASKS_WRITE])
    finally:
        store.close()
    keep_key(issued.token, config.home)
    return issued.token


@contextmanager
def company_run(installation: Opened, key: str, plan: Plan) -> Iterator[CompanyRun]:
    """Everything that a run needs, on services that are running."""
    config, clock, world = installation.config, SystemClock(), plan.world
    calendar = Calendar(world, plan.every, LocalTime(installation.bundle.catalogue.timezone))
    with (
        closing(IngestSender(lambda: require(config.run_dir, "ingest"), key, clock)) as sender,
        TemporaryDirectory(prefix="company-", dir=config.home) as scratch,
        Ledger(config.home, world) as ledger,
        Display(plan.customers, calendar.rounds) as display,
    ):
        yield CompanyRun(
            customers=plan.customers,
            calendar=calendar,
            staff=plan.staff,
            spool=Spool(Path(scratch)),
            stream=Stream(sender, installation.zone, calendar.first),
            office=Office(installation, calendar.first),
            desk=Desk(lambda: TaskClient(require(config.run_dir, "notification"), key), clock),
            ledger=ledger,
            wait=lambda groups: wait_until_idle(
                installation.bus, clock, lambda lags: None, groups, pause_s=PAUSE_S
            ),
            progress=display,
        )
