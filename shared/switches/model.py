"""A switch: somebody, or a brake, holds a rule back; or lets it go on. Numbered, and never changed.

Pure. Which of them are in force follows from all of them and the time.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any

from shared.clock import from_rfc3339
from shared.policy.evaluation.gates import SWITCHES
from shared.store.port import Document

SWITCH, USE = "switch", "use"


class SwitchKind(str, Enum):
    """What a switch does."""

    PAUSE = "pause"
    SILENCE = "silence"
    BRAKE = "brake"
    END = "end"  # of an earlier switch


@dataclass(frozen=True, slots=True)
class Switch:
    """*rule*, *customer*, *segment* and *alert* narrow a silence, empty ones match all; an END names
    in *ends* the switch that it ends. A brake tells in *found* what tripped it."""

    number: int
    kind: SwitchKind
    at: str
    by: str
    reason: str
    rule: str = ""
    customer: str = ""
    segment: str = ""
    alert: str = ""
    starts: str = ""
    until: str = ""
    ends: int = 0
    found: Mapping[str, Any] = field(default_factory=dict)

    @property
    def gate(self) -> str:
        """What a decision that is held back says."""
        return f"{_GATES[self.kind]}:{self.number}"

    def holds_at(self, now: datetime) -> bool:
        """Whether its time has come and is not over."""
        begun = not self.starts or from_rfc3339(self.starts) <= now
        return begun and (not self.until or now < from_rfc3339(self.until))


_GATES = dict(zip((SwitchKind.PAUSE, SwitchKind.SILENCE, SwitchKind.BRAKE), SWITCHES, strict=True))


def switch_id(number: int) -> str:
    """The id that makes each number unique."""
    return f"switch-{number:08d}"


def switch_document(switch: Switch) -> Document:
    """The stored form."""
    fields = {name: getattr(switch, name) for name in Switch.__slots__}
    return {
        **fields,
        "_id": switch_id(switch.number),
        "kind": SWITCH,
        "does": switch.kind.value,
        "found": dict(switch.found),
    }


def switch_from(document: Document) -> Switch:
    """Read a stored switch."""
    fields = {name: document[name] for name in Switch.__slots__ if name != "kind"}
    return Switch(**fields, kind=SwitchKind(document["does"]))


def open_switches(switches: Iterable[Switch]) -> list[Switch]:
    """Those that nothing has ended; time aside."""
    found = list(switches)
    ended = {switch.ends for switch in found}
    return [each for each in found if each.kind is not SwitchKind.END and each.number not in ended]


def in_force(switches: Iterable[Switch], now: datetime) -> tuple[int, ...]:
    """The numbers of those that hold something back at *now*."""
    return tuple(switch.number for switch in open_switches(switches) if switch.holds_at(now))


def told(switch: Switch) -> dict[str, Any]:
    """A switch as JSON."""
    fields = {name: getattr(switch, name) for name in Switch.__slots__}
    return {**fields, "kind": switch.kind.value, "found": dict(switch.found)}
