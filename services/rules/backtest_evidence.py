"""The backtest as evidence about a release: run over what the installation has recorded."""

from dataclasses import dataclass
from typing import Any

from services.backtest.recorded import RecordedHistory
from services.backtest.running import Plan, backtest
from services.rules.evidence import Evidence
from shared.backtest.report import Window
from shared.bus.port import Bus
from shared.customer.local_time import LocalTime
from shared.model.governance import EvidenceKind
from shared.releases.reader import ReleaseReader
from shared.store.port import Store

KEPT = ("release", "base", "names", "window", "passed", "gates", "moved", "impact_percent", "digest")
"""What the release's record keeps of the report; the names of customers are not among it."""


@dataclass(frozen=True, slots=True)
class BacktestMaker:
    """Compares a release with the active one over every recorded event."""

    bus: Bus
    store: Store
    reader: ReleaseReader

    def make(self, digest: str, base: str) -> Evidence:
        """Report; without an active release, or without events, there is nothing to compare."""
        history = RecordedHistory(self.bus, self.store)
        if not base or not history:
            nothing = {"release": digest, "base": base, "customers": 0, "moved": 0}
            return Evidence.of(EvidenceKind.BACKTEST, True, nothing, base=base)
        plan = Plan(self.reader.bundle(base), self.reader.bundle(digest), samples=0)
        days = history.days(LocalTime(plan.base.catalogue.timezone).day_of)
        report = backtest(plan, history, Window(*days, "log"), lambda _events: None)
        kept: dict[str, Any] = {name: report[name] for name in KEPT}
        passed, impact = bool(report["passed"]), float(report["impact_percent"])
        return Evidence(EvidenceKind.BACKTEST, report["digest"], passed, base, impact, kept)
