"""Answers with their words: what a machine reads and, beside it, the sheets that a person reads. Pure."""

from collections.abc import Iterable, Mapping
from typing import Any

from shared.contracts.decision import DecisionRecord
from shared.explaining.answers import leaf_answer, what_if_answer, why_not_answer
from shared.explaining.turning import turns
from shared.explaining.what_if import Tried
from shared.explaining.why_not import WhyNot
from shared.model.rules import Bundle
from shared.reports.chinese import told_in
from shared.reports.decision_sheets import decision_sheets
from shared.reports.explaining_sheets import what_if_sheets, why_not_sheets
from shared.reports.score_course_sheets import score_course_sheets
from shared.reports.sheet import Sheet


def explanation(record: DecisionRecord, bundle: Bundle, language: str) -> dict[str, Any]:
    """One decision point by point."""
    return {
        "decision": record.id,
        "customer": record.customer,
        "rule": record.rule,
        "outcome": record.outcome,
        "near_misses": [
            {"leaf": leaf_answer(turn.leaf), "otherwise": turn.otherwise} for turn in turns(record, bundle)
        ],
        **in_words(decision_sheets(record, bundle, language), language),
    }


def told_why_not(why: WhyNot, bundle: Bundle, language: str) -> dict[str, Any]:
    """Why a rule does not act."""
    return {**why_not_answer(why), **in_words(why_not_sheets(why, bundle, language), language)}


def told_what_if(tried: Tried, bundle: Bundle, language: str) -> dict[str, Any]:
    """What would be decided if."""
    return {**what_if_answer(tried), **in_words(what_if_sheets(tried, bundle, language), language)}


def told_score_course(course: Mapping[str, Any], bundle: Bundle, language: str) -> dict[str, Any]:
    """How a score came about."""
    return {**course, **in_words(score_course_sheets(course, bundle, language), language)}


def in_words(sheets: Iterable[Sheet], language: str) -> dict[str, Any]:
    """Sheets as JSON values, in the words of *language*."""
    return {
        "language": language,
        "sheets": [
            {
                "title": sheet.title,
                "headers": list(sheet.headers),
                "rows": [list(row) for row in sheet.rows],
                "note": sheet.note,
            }
            for sheet in told_in(language, sheets)
        ],
    }
