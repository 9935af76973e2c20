"""What came of making a decision again, in words. Pure."""

from typing import Any

import orjson

from shared.explaining.replaying import Replayed
from shared.reports.sheet import Sheet

SAID = {
    "identical": "identical: release and record lead to the same record, byte for byte",
    "different": "different: release and record no longer lead to the same record",
    "unresolved": "unresolved: personal facts that the decision read are no longer known",
}


def replay_sheets(done: Replayed) -> list[Sheet]:
    """The answer, and each place where the records differ."""
    sheets = [Sheet(f"Decision {done.decision}", [("result", SAID[done.result])])]
    rows = [(each.pointer or "/", _json(each.recorded), _json(each.remade)) for each in done.differences]
    if rows:
        sheets.append(Sheet("Differences", rows, ("place", "recorded", "made again")))
    return sheets


def _json(value: Any) -> str:
    return "" if value is None else orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()
