"""One customer as measured along the log: what follows from an event, a closed day or another release.

Pure but for the standing itself, which changes in place. Scoring and backtests both go through here; who is
due, and what becomes of the snapshots, is theirs to say.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.contracts.snapshot import Anchor, Cause, Snapshot
from shared.customer.apply import Event, apply
from shared.customer.assess import assess
from shared.customer.score_history import ScoreHistory
from shared.customer.state import CustomerState
from shared.customer.yardstick import Yardstick
from shared.model.values import FactValue

BY_DAY = Cause("day")


@dataclass(slots=True)
class Standing:
    """State, the last assessment, and the next day on which it changes by itself."""

    key: str
    state: CustomerState | None = None  # None: nothing is known yet
    release: str = ""
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    anchors: Mapping[str, Anchor] = field(default_factory=dict)
    due_day: int | None = None
    scores: ScoreHistory = field(default_factory=ScoreHistory)

    def take(self, event: Event, cause: Cause, yardstick: Yardstick, closed_day: int) -> list[Snapshot]:
        """Count one event, as if the customer had been looked at on every day before it.

        *closed_day* is the last day whose marker came before the event in the log.
        """
        day = yardstick.local_time.day_of(event.time)
        snapshots = []
        while self.due_day is not None and self.due_day < day:
            snapshots += self.close_day(self.due_day, yardstick)
        apply(event, self._known(yardstick), yardstick.model.measures)
        self._keep_up(yardstick, closed_day)
        self._measure(yardstick)
        snapshots.append(self._snapshot(cause))
        return snapshots

    def close_day(self, day: int, yardstick: Yardstick) -> list[Snapshot]:
        """Measure the close of *day*; tell only if a fact changed."""
        self._known(yardstick).advance(yardstick.local_time.end_of(day), day)
        return [self._snapshot(BY_DAY)] if self._measure(yardstick) else []

    def adopt(
        self, yardstick: Yardstick, cause: Cause, closed_day: int, accepted: Iterable[Event]
    ) -> Snapshot:
        """Measure by another release; where it counts otherwise, every *accepted* event is counted again."""
        state = self._known(yardstick)
        if state.definition != yardstick.model.measures.definition:
            self.state = yardstick.model.measures.new_customer()
            for event in accepted:
                apply(event, self.state, yardstick.model.measures)
            self.state.advance(state.as_of, state.day)
        self._keep_up(yardstick, closed_day)
        self._measure(yardstick)
        return self._snapshot(cause)

    def _known(self, yardstick: Yardstick) -> CustomerState:
        """The state, begun if there is none."""
        if self.state is None:
            self.state = yardstick.model.measures.new_customer()
        return self.state

    def _keep_up(self, yardstick: Yardstick, closed_day: int) -> None:
        """No customer's clock stays behind the last closed day of its partition."""
        known = self._known(yardstick)
        if closed_day > known.day:
            known.advance(yardstick.local_time.end_of(closed_day), closed_day)

    def _measure(self, yardstick: Yardstick) -> bool:
        """Assess anew at the customer's clock; return whether anything is different from before."""
        state = self._known(yardstick)
        before = (self.facts, self.anchors)
        assessment = assess(state, yardstick.model, state.day)
        self.facts, self.anchors = assessment.facts, assessment.anchors
        self.due_day, self.release = assessment.next_due, yardstick.digest
        self.scores.note(state.day, yardstick.model.traits.weights, assessment.scored.traits)
        return (self.facts, self.anchors) != before

    def _snapshot(self, cause: Cause) -> Snapshot:
        as_of, day = ("", 0) if self.state is None else (self.state.as_of, self.state.day)
        return Snapshot(self.key, as_of, day, cause, self.release, self.facts, self.anchors)
