"""What counts as leaving, as a closed phrase: `no purchase for 180 days`, 「180 天没有 purchase」. Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from shared.errors import RefusedError
from shared.model.catalogue import EventType
from shared.model.values import Kind
from shared.policy.said import listed
from shared.policy.suggest import did_you_mean

LONGEST = 3660

_PHRASES = (
    re.compile(r"no\s+(?P<event>\S+)\s+for\s+(?P<days>\d+)\s+days?", re.IGNORECASE),
    re.compile(r"(?P<days>\d+)\s*[天日]内?(?:没有|未|无)\s*(?P<event>\S+)"),
)


class UnknownOutcomeError(RefusedError):
    """The phrase is none, or names no event type of the release."""

    code = "unknown-outcome"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A customer left who has no such *event* for so many *days*; *money* is the event's amount, if any."""

    event: str
    days: int
    money: str | None = None

    def told(self, language: str = "en") -> str:
        """The phrase again."""
        return (
            f"{self.days} 天没有 {self.event}"
            if language == "zh"
            else f"no {self.event} for {self.days} days"
        )


def read_outcome(phrase: str, events: Mapping[str, EventType]) -> Outcome:
    """Return what *phrase* says; an event may be called by its Chinese title."""
    found = next(filter(None, (each.fullmatch(phrase.strip()) for each in _PHRASES)), None)
    if found is None:
        raise UnknownOutcomeError(
            f'"{phrase}" is no outcome; write "no EVENT for N days" or 「N 天没有EVENT」'
        )
    days = int(found["days"])
    if not 1 <= days <= LONGEST:
        raise UnknownOutcomeError(f'"{phrase}": the days must be 1 to {LONGEST}')
    event = _event(found["event"], events)
    amounts = (name for name, field in event.fields.items() if field.kind is Kind.AMOUNT)
    return Outcome(event.name, days, next(amounts, None))


def _event(word: str, events: Mapping[str, EventType]) -> EventType:
    titles = {event.title.get("zh", name): event for name, event in events.items()}
    event = events.get(word) or titles.get(word)
    if event is None:
        hint = did_you_mean(word, events) or f"there are {listed(sorted(events))}"
        raise UnknownOutcomeError(f'"{word}" is no event type of the release; {hint}')
    return event
