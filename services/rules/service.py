"""The rules service's composition root."""

from services.rules.admissions import StoredAdmissions
from services.rules.api import rules_routes
from services.rules.backtest_api import backtest_routes
from services.rules.backtest_jobs import BacktestJobs
from services.rules.brake import Brake
from services.rules.checking_api import rule_check_routes
from services.rules.composing import release_office, switch_desk
from services.rules.explaining_api import explaining_routes
from services.rules.nightly import NightlyReplay
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
from shared.asking.records import Records
from shared.config import Config
from shared.contracts.topics import DECISIONS as DECISIONS_TOPIC
from shared.contracts.topics import SNAPSHOTS
from shared.explaining.archive import Archive
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
    releases = Releases(
        worker.collection(RELEASES), worker.bus.producer(), config.partitions, worker.clock, worker.reach
    )
    reader = ReleaseReader(worker.collection(RELEASES))
    tests = TestMaker(reader, config.rules_dir)
    office = release_office(worker.store, releases, {EvidenceKind.TEST: tests})
    watcher = RulesWatcher(config.rules_dir, office)
    watcher.start()
    worker.in_background("rules-watcher", watcher.run)
    worker.in_background("rules-planner", Planner(office).run)
    decisions, relationships = worker.collection(DECISIONS), worker.collection(RELATIONSHIPS)
    admissions = StoredAdmissions(worker.collection(SLOTS), relationships)
    judge = judges(reader.bundle, engine_named(config.engine))
    board = SwitchBoard(worker.collection(SWITCHES), worker.clock)
    switching = Switching(board, relationships)
    processor = RulesProcessor(decisions, judge, admissions, switching, Brake(board.brake))
    runner = worker.runner(processor, FLOW)
    jobs = BacktestJobs(config)
    worker.in_background("backtests", jobs.end_with)
    archive = Archive.of(worker.store)
    nightly = NightlyReplay(archive, config.partitions, config.replay_sample, lambda: runner.state.partitions)
    worker.in_background("nightly-replay", nightly.run)
    app = worker.app(
        runner,
        lambda state: rules_routes(
            state, watcher, office, decisions, relationships, replayed=lambda: nightly.told
        ),
    )
    register(app, backtest_routes(jobs))
    register(app, rule_check_routes())
    register(app, rule_test_routes(reader))
    register(app, release_routes(office, decisions))
    register(app, switch_routes(switch_desk(worker.store, worker.clock)))
    register(app, explaining_routes(archive, engine_named(config.engine)))
    register(app, report_routes(Records(worker.store, config.partitions)))
    return worker.serve(runner, app)
