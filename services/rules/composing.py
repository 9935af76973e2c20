"""The release office of an installation, put together alike for the service and for commands."""

from services.rules.backtest_evidence import BacktestMaker
from services.rules.evidence import CheckMaker, DryRunMaker, EvidenceMaker
from services.rules.office import ReleaseOffice
from services.rules.releases import Releases
from shared.bus.port import Bus
from shared.model.governance import EvidenceKind
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.judge import judges
from shared.releases.library import Library
from shared.releases.reader import ReleaseReader
from shared.store.collections import (
    API_KEYS,
    RELATIONSHIPS,
    RELEASE_RECORDS,
    RULE_PARTITIONS,
)
from shared.store.port import Store

DRY_ENGINE = "python"
"""Reads rules as every engine does, and compiles at once."""


def release_office(store: Store, releases: Releases, bus: Bus | None = None) -> ReleaseOffice:
    """Open the collections that releases live in; with a *bus*, releases can be backtested too."""
    collection = store.collection
    reader = ReleaseReader(releases.collection)
    judge = judges(reader.bundle, engine_named(DRY_ENGINE))
    dry = DryRunMaker(collection(RELATIONSHIPS), collection(RULE_PARTITIONS), judge, reader)
    library = Library(releases.collection, collection(RELEASE_RECORDS), collection(API_KEYS), reader)
    makers: dict[EvidenceKind, EvidenceMaker] = {
        EvidenceKind.CHECK: CheckMaker(reader),
        EvidenceKind.DRY_RUN: dry,
    }
    if bus is not None:
        makers[EvidenceKind.BACKTEST] = BacktestMaker(bus, store, reader)
    return ReleaseOffice(releases, library, releases.clock, makers)
