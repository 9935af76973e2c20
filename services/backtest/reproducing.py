"""The proof that a backtest is the truth: replaying what was recorded decides as was recorded, byte for byte.

Compares the business projection of every decision: all but the engine that matched and recorded times.
Records of an earlier version are compared in the fields that they have, and counted apart.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

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
    fuller: int = 0  # as recorded, with fields that records did not have then
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
    recorded = {str(document["_id"]): document for document in documents}
    found.customers += 1
    for decision in replayed:
        expected, made = recorded.pop(decision.id, None), decision_to_document(decision)
        found.decisions += 1
        if expected is None:
            found.differ(customer, decision.id, f"{decision.rule} {decision.outcome}, never recorded")
        elif _line(expected) == _line(made):
            continue
        elif _line(expected) == _line(_as_full_as(expected, made)):
            found.fuller += 1
        else:
            found.differ(customer, decision.id, f"{decision.rule} {decision.outcome}, recorded otherwise")
    for identity in recorded:
        found.differ(customer, identity, "recorded, and not made again")


def _line(document: Document) -> bytes:
    return as_line(business_projection("decisions", document))


def _as_full_as(recorded: Any, made: Any) -> Any:
    """*made* without what *recorded*, which an earlier version of Guanxi may have written, does not have."""
    if isinstance(recorded, dict) and isinstance(made, dict):
        return {name: _as_full_as(recorded[name], value) for name, value in made.items() if name in recorded}
    return made
