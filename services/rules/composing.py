"""The use cases of an installation, put together alike for the service and for commands."""

from collections.abc import Mapping
from types import MappingProxyType

from services.rules.evidence import CheckMaker, DryRunMaker, EvidenceMaker
from services.rules.office import ReleaseOffice
from services.rules.releases import Releases
from services.rules.switch_desk import SwitchDesk
from shared.clock import Clock
from shared.model.governance import EvidenceKind
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.judge import judges
from shared.releases.library import Library
from shared.releases.reader import ReleaseReader
from shared.store.collections import (
    API_KEYS,
    DECISIONS,
    RELATIONSHIPS,
    RELEASE_RECORDS,
    RELEASES,
    RULE_PARTITIONS,
    SWITCHES,
)
from shared.store.port import Store
from shared.switches.board import SwitchBoard

DRY_ENGINE = "python"
"""Reads rules as every engine does, and compiles at once."""


def release_office(
    store: Store, releases: Releases, more: Mapping[EvidenceKind, EvidenceMaker] = MappingProxyType({})
) -> ReleaseOffice:
    """Open the collections that releases live in; *more* evidence than check and dry run has its makers."""
    collection = store.collection
    reader = ReleaseReader(releases.collection)
    judge = judges(reader.bundle, engine_named(DRY_ENGINE))
    dry = DryRunMaker(collection(RELATIONSHIPS), collection(RULE_PARTITIONS), judge, reader)
    library = Library(releases.collection, collection(RELEASE_RECORDS), collection(API_KEYS), reader)
    makers: dict[EvidenceKind, EvidenceMaker] = {
        EvidenceKind.CHECK: CheckMaker(reader),
        EvidenceKind.DRY_RUN: dry,
        **more,
    }
    return ReleaseOffice(releases, library, releases.clock, makers)


def switch_desk(store: Store, clock: Clock) -> SwitchDesk:
    """Open the collections that rules are stopped in."""
    collection = store.collection
    board = SwitchBoard(collection(SWITCHES), clock)
    return SwitchDesk(
        board, ReleaseReader(collection(RELEASES)), collection(DECISIONS), collection(RELATIONSHIPS)
    )
