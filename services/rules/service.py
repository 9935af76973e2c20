"""The rules service's composition root."""

from flask_smorest import Blueprint

from services.rules.admissions import StoredAdmissions
from services.rules.api import rules_routes
from services.rules.backtest_api import backtest_routes
from services.rules.backtest_jobs import BacktestJobs
from services.rules.brake import Brake
from services.rules.checking_api import rule_check_routes
from services.rules.composing import release_office, switch_desk
from services.rules.explaining_api import explaining_routes
from services.rules.nightly import NightlyReplay
from services.rules.office import ReleaseOffice
from services.rules.plans import Planner
from services.rules.processor import RulesProcessor
from services.rules.release_api import release_routes
from services.rules.releases import Releases
from services.rules.reports_api import report_routes
from services.rules.switch_api import switch_routes
from services.rules.switching import Switching
from services.rules.testing_api import rule_test_routes
from services.rules.testing_evidence import TestMaker
from services.rules.watcher import RulesWatcher
from services.rules.worth_api import worth_routes
from shared.asking.records import Records
from shared.config import Config
from shared.contracts.topics import DECISIONS as DECISIONS_TOPIC
from shared.contracts.topics import SNAPSHOTS
from shared.explaining.archive import Archive
from shared.flow.state import WorkerState
from shared.flow.worker import Flow, Worker
from shared.http.app import register
from shared.model.governance import EvidenceKind
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.judge import judges
from shared.releases.reader import ReleaseReader
from shared.store.collections import (
    DECISIONS,
    RELATIONSHIPS,
    RELEASES,
    RULE_PARTITIONS,
    SLOTS,
    SWITCHES,
)
from shared.switches.board import SwitchBoard

FLOW = Flow(SNAPSHOTS, DECISIONS_TOPIC, RELATIONSHIPS, RULE_PARTITIONS)


def run(config: Config) -> int:
    """Run until SIGTERM or SIGINT; return the exit code. Raises StopError without usable rule files."""
    worker = Worker(config, "rules")
    reader = ReleaseReader(worker.collection(RELEASES))
    office = _office(worker, reader)
    watcher = RulesWatcher(config.rules_dir, office)
    watcher.start()
    board = SwitchBoard(worker.collection(SWITCHES), worker.clock)
    runner = worker.runner(_processor(worker, reader, board), FLOW)
    jobs = BacktestJobs(config)
    archive, records = Archive.of(worker.store), Records(worker.store, config.partitions)
    nightly = NightlyReplay(archive, config.partitions, config.replay_sample, lambda: runner.state.partitions)
    for name, part in {
        "rules-watcher": watcher.run,
        "rules-planner": Planner(office).run,
        "backtests": jobs.end_with,
        "nightly-replay": nightly.run,
    }.items():
        worker.in_background(name, part)
    decisions, relationships = worker.collection(DECISIONS), worker.collection(RELATIONSHIPS)

    def routes(state: WorkerState) -> Blueprint:
        return rules_routes(
            state, watcher, office, decisions, relationships, board=board, replayed=lambda: nightly.told
        )

    app = worker.app(runner, routes)
    for more in (
        backtest_routes(jobs),
        rule_check_routes(),
        rule_test_routes(reader),
        release_routes(office, decisions),
        switch_routes(switch_desk(worker.store, worker.clock)),
        explaining_routes(archive, engine_named(config.engine), records),
        report_routes(records),
        worth_routes(records),
    ):
        register(app, more)
    return worker.serve(runner, app)


def _office(worker: Worker, reader: ReleaseReader) -> ReleaseOffice:
    """The use cases of releases; the tests beside the rule files are evidence."""
    config = worker.config
    releases = Releases(
        worker.collection(RELEASES), worker.bus.producer(), config.partitions, worker.clock, worker.reach
    )
    tests = TestMaker(reader, config.rules_dir)
    return release_office(worker.store, releases, {EvidenceKind.TEST: tests})


def _processor(worker: Worker, reader: ReleaseReader, board: SwitchBoard) -> RulesProcessor:
    """What judges, within budgets, and as far as nobody has stopped a rule."""
    relationships = worker.collection(RELATIONSHIPS)
    return RulesProcessor(
        worker.collection(DECISIONS),
        judges(reader.bundle, engine_named(worker.config.engine)),
        StoredAdmissions(worker.collection(SLOTS), relationships),
        Switching(board, relationships),
        Brake(board.brake),
    )
