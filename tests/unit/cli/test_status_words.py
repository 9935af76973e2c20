"""`guanxi status` in Chinese: what it says of itself is Chinese, what it passes on stays."""

import re
from io import StringIO
from typing import Any

import pytest
from rich.console import Console

from services.cli.status_words import show

TOLD: dict[str, Any] = {
    "home": "/srv/guanxi",
    "supervised": False,
    "services": [
        {
            "service": "rules",
            "member": "rules-1",
            "pid": 7,
            "url": "http://127.0.0.1:7412",
            "ready": False,
            "not_ready_because": ["r1"],
            "told": {
                "processed": 5,
                "problems": ["p1"],
                "waiting": ["w1"],
                "stopped": ["s1"],
                "open_reviews": ["v1"],
                "zh": {"problems": ["p1 有误"]},
                "replayed": {"differing": ["d1"], "different": 2, "failed": 1, "day": "2026-11-24"},
            },
        }
    ],
    "missing": ["ingest"],
    "lag": [
        {
            "topic": "guanxi.events",
            "group": "scoring",
            "records": 3,
            "seconds": None,
            "committed": 9,
            "lost": 2,
            "partitions": [{"partition": 0, "records": 3, "seconds": 1.5, "committed": 9}],
        }
    ],
    "counts": {
        "history": 1,
        "customers": 2,
        "relationships": 2,
        "decisions": 4,
        "tasks": 1,
        "dead_letters": 0,
    },
    "open_alerts": 1,
    "open_tasks": 1,
    "release": {"number": 3, "digest": "012345678901", "activated_at": ""},
    "last_closed_day": None,
}
NAMES = r"guanxi|up|srv|rules|scoring|ingest|events|http|[rpwsvd]1"


def shown(language: str, told: dict[str, Any] = TOLD) -> str:
    out = StringIO()
    show(told, Console(file=out, width=200), language)
    return out.getvalue()


@pytest.mark.parametrize("supervised", [True, False])
def test_nothing_but_names_is_latin_in_chinese(supervised: bool) -> None:
    words = re.findall(r"[A-Za-z][A-Za-z\d]+", shown("zh", {**TOLD, "supervised": supervised}))

    assert [word for word in words if not re.fullmatch(NAMES, word)] == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_whatever_is_wrong_is_told_in_either_language(language: str) -> None:
    told = shown(language)

    for passed_on in ("r1", "p1", "w1", "s1", "v1", "d1", "2026-11-24", "ingest"):
        assert passed_on in told
    assert ("p1 有误" in told) is (language == "zh")
    assert told.count("\n") == shown("en").count("\n")
