"""The scoring service's composition root."""

from flask_smorest import Blueprint

from services.scoring.api import scoring_routes
from services.scoring.day_clock import DayClock
from services.scoring.history import History
from services.scoring.processor import ScoringProcessor
from shared.config import Config
from shared.contracts.topics import EVENTS, SNAPSHOTS
from shared.customer.yardstick import yardsticks
from shared.flow.state import WorkerState
from shared.flow.worker import Flow, Worker
from shared.releases.reader import ReleaseReader
from shared.store.collections import CUSTOMERS, HISTORY, PARTITIONS, RELEASES

FLOW = Flow(EVENTS, SNAPSHOTS, CUSTOMERS, PARTITIONS)


def run(config: Config) -> int:
    """Run until SIGTERM or SIGINT; return the exit code."""
    worker = Worker(config, "scoring")
    releases = ReleaseReader(worker.collection(RELEASES))
    history = History(worker.collection(HISTORY))
    processor = ScoringProcessor(history, releases, yardsticks(releases.bundle))
    runner = worker.runner(processor, FLOW)
    if config.clock_mode == "wall":
        clock = DayClock(releases, worker.bus.producer(), config.partitions, worker.clock)
        worker.in_background("day-clock", clock.run)
    partitions, customers = worker.collection(PARTITIONS), worker.collection(CUSTOMERS)

    def routes(state: WorkerState) -> Blueprint:
        return scoring_routes(state, partitions, customers, config.partitions, releases)

    return worker.serve(runner, worker.app(runner, routes))
