"""The proof that a backtest is the truth: replaying what was recorded decides as was recorded, byte for byte.

Compares the business projection of every decision: all but the engine that matched and recorded times.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from services.backtest.recorded import RecordedHistory
from shared.backtest.replay import Instruments, replay
from shared.contracts.codecs import decision_to_document
from shared.contracts.decision import DecisionRecord
from shared.reports.projection import as_line, business_projection
from shared.store.port import Document

MOST_TOLD = 20


@dataclass(slots=True)
class Reproduction:
    """How many decisions came out as recorded, and the first that did not: ``customer: id: what``."""

    customers: int = 0
    decisions: int = 0
    differing: int = 0
    differences: list[str] = field(default_factory=list)

    @property
    def is_exact(self) -> bool:
        """Whether all did."""
        return not self.differing

    def differ(self, customer: str, decision: str, what: str) -> None:
        """Note a difference."""
        self.differing += 1
        if len(self.differences) < MOST_TOLD:
            self.differences.append(f"{customer}: {decision}: {what}")


def reproduce(
    history: RecordedHistory, instruments: Instruments, advance: Callable[[int], None]
) -> Reproduction:
    """Replay every customer with the recorded releases and admissions, and compare the decisions."""
    found, recorded = Reproduction(), history.decisions()
    ahead: tuple[str, list[Document]] | None = next(recorded, None)
    for log in history.logs():
        while ahead is not None and ahead[0] < log.customer:
            ahead = _unexpected(found, ahead, recorded)
        documents = ahead[1] if ahead is not None and ahead[0] == log.customer else []
        if documents:
            ahead = next(recorded, None)
        course = history.courses[log.partition]
        _compare(
            found, log.customer, replay(log, course, instruments, history.admissions).decisions, documents
        )
        advance(len(log.events))
    while ahead is not None:
        ahead = _unexpected(found, ahead, recorded)
    return found


def _unexpected(
    found: Reproduction, ahead: tuple[str, list[Document]], recorded: Iterator[tuple[str, list[Document]]]
) -> tuple[str, list[Document]] | None:
    customer, documents = ahead
    for document in documents:
        found.differ(customer, document["_id"], "recorded about a customer without events")
    return next(recorded, None)


def _compare(
    found: Reproduction, customer: str, replayed: Sequence[DecisionRecord], documents: Sequence[Document]
) -> None:
    lines = {document["_id"]: _line(document) for document in documents}
    found.customers += 1
    for decision in replayed:
        expected = lines.pop(decision.id, None)
        found.decisions += 1
        if expected is None:
            found.differ(customer, decision.id, f"{decision.rule} {decision.outcome}, never recorded")
        elif expected != _line(decision_to_document(decision)):
            found.differ(customer, decision.id, f"{decision.rule} {decision.outcome}, recorded otherwise")
    for identity in lines:
        found.differ(customer, identity, "recorded, and not made again")


def _line(document: Document) -> bytes:
    return as_line(business_projection("decisions", document))
