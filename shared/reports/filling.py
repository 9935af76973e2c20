"""Templates filled in, in one of two languages; a template's English is its key. Pure."""

from collections.abc import Mapping

from shared.reports.chinese import CHINESE


def filled(chinese: Mapping[str, str], language: str, text: str, **values: object) -> str:
    """*text* in *language*, its placeholders filled in; what *chinese* does not list stays English."""
    template = chinese.get(text, text) if language == CHINESE else text
    return template.format(**values) if values else template
