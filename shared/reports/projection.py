"""What two runs over the same events must have in common, byte for byte: not how they came about.

Pure. Positions, versions, outboxes, sequence numbers and recorded times are left out.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from shared.flow.subject import STAGE_FIELDS

_HOW_A_STAGE_WORKS = frozenset(STAGE_FIELDS) - {"_id"}
_HOW_A_DECISION_WAS_MADE = frozenset({"budget", "engine", "agreed"})
_RECORDED = frozenset({"sequence", "recorded_at", "traceparent"})


def business_projection(collection: str, document: Mapping[str, Any]) -> dict[str, Any]:
    """*document* of *collection* as the business sees it."""
    left_out = _HOW_A_DECISION_WAS_MADE if collection == "decisions" else _HOW_A_STAGE_WORKS
    kept = {name: value for name, value in document.items() if name not in left_out}
    if isinstance(snapshot := kept.get("snapshot"), Mapping):
        kept["snapshot"] = {name: value for name, value in snapshot.items() if name not in _RECORDED}
    return {name: value for name, value in kept.items() if name not in _RECORDED}


def as_line(document: Mapping[str, Any]) -> bytes:
    """One document as one line of JSON with sorted keys."""
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE)
