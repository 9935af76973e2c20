"""Which switches apply to which message: as they are in force when it is worked on, and written down.

From which offset of a partition which switches applied is stored before they are used. So a batch that is
worked on again after a crash, or a log that is read anew, is held back in the same places.
"""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from operator import itemgetter

from shared.clock import to_rfc3339
from shared.model.rules import Bundle
from shared.model.values import FactValue
from shared.store.port import Collection, Query
from shared.switches.board import SwitchBoard
from shared.switches.holding import NOTHING, Held, Holding
from shared.switches.model import USE, Switch, in_force

REFRESH_S = 1.0
PAGE = 1_000

Use = tuple[int, tuple[int, ...]]
"""From an offset on these switches, by their numbers, apply."""


@dataclass(slots=True)
class Switching:
    """The switches for the batches of one process. Not thread-safe."""

    board: SwitchBoard
    relationships: Collection
    refresh_s: float = REFRESH_S
    _known: dict[int, Switch] = field(default_factory=dict)
    _looked: float | None = None
    _uses: dict[tuple[str, int], list[Use]] = field(default_factory=dict)
    _place: tuple[str, int] = ("", 0)
    _batch: list[Use] = field(default_factory=list)
    _holdings: dict[tuple[str, tuple[int, ...]], Holding] = field(default_factory=dict)

    def begin(self, log_id: str, partition: int, first_offset: int) -> None:
        """Settle what applies to a batch that begins at *first_offset*, and write it down if it is new."""
        self._refresh()
        self._place = place = (log_id, partition)
        while True:
            uses = self._uses.setdefault(place, []) or self._load(log_id, partition)
            self._batch = uses
            wanted = in_force(self._known.values(), self.board.clock.now())
            if wanted == (uses[-1][1] if uses else ()):
                return
            start = max(first_offset, self._applied(log_id, partition) + 1, uses[-1][0] + 1 if uses else 0)
            if self._write(log_id, partition, len(uses) + 1, (start, wanted)):
                uses.append((start, wanted))
                return
            self._uses[place] = []  # another process had the partition meanwhile

    @property
    def is_on(self) -> bool:
        """Whether anything is or was held back in the partition under work."""
        return bool(self._batch)

    def held(self, offset: int, bundle: Bundle, customer: str, facts: Mapping[str, FactValue]) -> Held:
        """What is held back for *customer* at the message at *offset*."""
        at = bisect_right(self._batch, offset, key=itemgetter(0))
        numbers = self._batch[at - 1][1] if at else ()
        if not numbers:
            return NOTHING
        key = (bundle.digest, numbers)
        if key not in self._holdings:
            self._holdings[key] = Holding.of([self._known[number] for number in numbers], bundle)
        return self._holdings[key].held(customer, facts)

    def look_again(self, offset: int) -> None:
        """A switch was set just now, at the message at *offset*: let it apply from the next one on."""
        self._looked = None
        self.begin(*self._place, offset + 1)

    def _refresh(self) -> None:
        now = self.board.clock.monotonic()
        if self._looked is None or now - self._looked >= self.refresh_s:
            self._known.update((each.number, each) for each in self.board.all(max(self._known, default=0)))
            self._looked = now

    def _load(self, log_id: str, partition: int) -> list[Use]:
        wanted = {"log": log_id, "partition": partition}
        uses: list[Use] = self._uses[log_id, partition]
        cursor: str | None = None
        while True:
            query = Query(filter=wanted, sort=(("number", 1),), limit=PAGE, cursor=cursor)
            page = self.board.collection.find(query)
            uses += [(each.document["from"], tuple(each.document["switches"])) for each in page.documents]
            cursor = page.cursor
            if cursor is None:
                return uses

    def _write(self, log_id: str, partition: int, number: int, use: Use) -> bool:
        document = {
            "_id": f"use-{log_id}-{partition:05d}-{number:08d}",
            "kind": USE,
            "log": log_id,
            "partition": partition,
            "number": number,
            "from": use[0],
            "switches": list(use[1]),
            "at": to_rfc3339(self.board.clock.now()),
        }
        return not self.board.collection.insert_absent([document])

    def _applied(self, log_id: str, partition: int) -> int:
        """The last offset that has left a trace in a customer's document; a use never reaches behind it."""
        query = Query(filter={"partition": partition}, sort=(("offset", -1),), limit=1)
        found = self.relationships.find(query).documents
        return int(found[0].document["offset"]) if found and found[0].document["log"] == log_id else -1
