"""How a customer's score came about, as tables of text. Pure."""

from collections.abc import Mapping
from typing import Any

from shared.model.rules import Bundle
from shared.model.values import in_language
from shared.reports.sheet import Sheet
from shared.reports.wording import fact_title

Answer = Mapping[str, Any]


def score_course_sheets(course: Answer, bundle: Bundle, language: str) -> list[Sheet]:
    """Every change with the traits that made it, the newest first; then what the score is made of now."""
    changes = [_change(each, bundle, language) for each in course["changes"]]
    now = [
        (
            fact_title(each["trait"], bundle, language),
            str(each["points"]),
            f"{each['weight']} %",
            f"{each['adds']:.2f}",
        )
        for each in course["traits"]
    ]
    headers = ("day", "score before", "change", "score", "what moved it", "events of the day")
    return [
        Sheet("Score history", changes, headers, f"as each day closed, known from {course['since']}"),
        Sheet("Score", now, ("trait", "points", "weight", "adds"), f"sum {course['score']:.2f}"),
    ]


def _change(each: Answer, bundle: Bundle, language: str) -> tuple[str, ...]:
    moved = "; ".join(_move(move, bundle, language) for move in each["moves"])
    happened = ", ".join(_events(kind, count, bundle, language) for kind, count in each["events"].items())
    return (
        each["day"],
        f"{each['before']:.2f}",
        f"{each['change']:+.2f}",
        f"{each['after']:.2f}",
        moved,
        happened or "none, time passed",
    )


def _move(move: Answer, bundle: Bundle, language: str) -> str:
    before, after = move["before"], move["after"]
    points = f"{before['points']} → {after['points']}"
    if before["weight"] != after["weight"]:
        points = f"{before['points']} × {before['weight']} % → {after['points']} × {after['weight']} %"
    return f"{fact_title(move['trait'], bundle, language)} {points} ({move['adds']:+.2f})"


def _events(kind: str, count: int, bundle: Bundle, language: str) -> str:
    event = bundle.catalogue.events.get(kind)
    title = in_language(event.title, language) or kind if event else kind
    return title if count == 1 else f"{title} ×{count}"
