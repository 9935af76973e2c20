"""The switches as they stand in the store: set, ended, listed. Numbers are given once, whoever asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.clock import Clock, to_rfc3339
from shared.releases.errors import ReleaseError
from shared.store.port import Collection, Query
from shared.switches.model import (
    SWITCH,
    Switch,
    SwitchKind,
    in_force,
    open_switches,
    switch_document,
    switch_from,
)

PAGE = 1_000


class NotHeldError(ReleaseError):
    """Nothing holds the rule back in that way."""

    code = "not-held"


@dataclass(frozen=True, slots=True)
class SwitchBoard:
    """Sets and ends switches. Safe to use from several processes."""

    collection: Collection
    clock: Clock

    def all(self, after: int = 0) -> list[Switch]:
        """Every switch with a number above *after*, in order."""
        found: list[Switch] = []
        while True:
            wanted = {"kind": SWITCH, "number": {"$gt": found[-1].number if found else after}}
            page = self.collection.find(Query(filter=wanted, sort=(("number", 1),), limit=PAGE))
            found += [switch_from(each.document) for each in page.documents]
            if len(page.documents) < PAGE:
                return found

    def open(self) -> list[Switch]:
        """Those that nothing has ended, in force now or later."""
        now = self.clock.now()
        kept = open_switches(self.all())
        return [
            each
            for each in kept
            if each.holds_at(now) or (each.starts and not _is_over(each, to_rfc3339(now)))
        ]

    def set(self, kind: SwitchKind, by: str, reason: str, **fields: Any) -> Switch:
        """Add a switch."""
        while True:
            switches = self.all()
            number = switches[-1].number + 1 if switches else 1
            switch = Switch(number, kind, to_rfc3339(self.clock.now()), by, reason, **fields)
            if not self.collection.insert_absent([switch_document(switch)]):
                return switch

    def pause(self, rule: str, by: str, reason: str) -> Switch:
        """Stop a rule; pausing twice is pausing once."""
        return self._held(rule, SwitchKind.PAUSE) or self.set(SwitchKind.PAUSE, by, reason, rule=rule)

    def brake(self, rule: str, reason: str, found: Mapping[str, Any]) -> Switch:
        """Stop a rule that wants too much; a rule has one brake at a time."""
        open_brake = self._held(rule, SwitchKind.BRAKE)
        return open_brake or self.set(SwitchKind.BRAKE, "guanxi", reason, rule=rule, found=found)

    def resume(self, rule: str, by: str, reason: str, kind: SwitchKind = SwitchKind.PAUSE) -> Switch:
        """End the pause, or the brake, of a rule."""
        held = self._held(rule, kind)
        if held is None:
            raise NotHeldError(f"rule {rule} has no {kind.value} to end; `guanxi rule list` tells what holds")
        return self.set(SwitchKind.END, by, reason, rule=rule, ends=held.number)

    def end(self, number: int, by: str, reason: str) -> Switch:
        """End any switch by its number."""
        if number not in {each.number for each in open_switches(self.all())}:
            raise NotHeldError(f"switch {number} is over, or there is none; `guanxi rule list` names them")
        return self.set(SwitchKind.END, by, reason, ends=number)

    def _held(self, rule: str, kind: SwitchKind) -> Switch | None:
        found = (each for each in open_switches(self.all()) if each.kind is kind and each.rule == rule)
        return next(found, None)

    def in_force(self) -> tuple[int, ...]:
        """The numbers of those that hold something back now."""
        return in_force(self.all(), self.clock.now())


def _is_over(switch: Switch, now: str) -> bool:
    return bool(switch.until) and switch.until <= now
