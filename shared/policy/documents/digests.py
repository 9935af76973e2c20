"""The manager's digest in notifications.yaml: to whom, how often, through which channels."""

import re

from shared.model.rules import DigestPlan
from shared.policy.codes import BAD_VALUE
from shared.policy.nodes import Node, ScalarNode
from shared.policy.reading import Reading
from shared.policy.said import Said
from shared.policy.shapes import DIGEST

CHANNELS = ("inbox", "email", "webhook", "file")
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_EVERY = re.compile(rf"(day|month|week)(?: on ({'|'.join(WEEKDAYS)}))?")


def read_digest(node: Node | None, reading: Reading) -> DigestPlan | None:
    """Read ``{to: manager, every: week on monday, channels: [inbox, email]}``."""
    fields = reading.fields(node, DIGEST) if node is not None else None
    if fields is None:
        return None
    period = _every(fields.word("every"), reading)
    channels = tuple(
        word.text
        for word in fields.scalars("channels")
        if reading.option(word, CHANNELS, Said("a channel of a digest", "摘要的渠道"))
    )
    return DigestPlan(fields.text("to", ""), *period, channels) if period else None


def _every(word: ScalarNode | None, reading: Reading) -> tuple[str, int] | None:
    """How often, and for weeks on which day: Monday where nobody says."""
    if word is None:
        return None
    found = _EVERY.fullmatch(word.text.strip().lower())
    if found is None or (found[2] and found[1] != "week"):
        said = Said(f'"{word.text}" is not how often a digest comes', f"“{word.text}”不是摘要的周期")
        expected = Said("day, week on monday, or month", "day、“week on monday” 或 month")
        reading.problems.add(BAD_VALUE, word.span, said, expected=expected)
        return None
    return found[1], WEEKDAYS.index(found[2]) if found[2] else 0
