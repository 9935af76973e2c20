"""Problems found in rule files: collected all at once, sorted by place, told in three formats.

Pure. A problem says what was found, where, what was expected and what to write instead.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from unicodedata import east_asian_width

import orjson

from shared.policy.codes import REGISTRY, Code
from shared.policy.nodes import Span
from shared.policy.said import SILENCE, Said


@dataclass(frozen=True, slots=True)
class Wording:
    """What a problem says, in one language."""

    message: str
    expected: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault at one place."""

    file: str
    line: int
    column: int
    code: str
    message: str
    chinese: Wording
    length: int = 1
    expected: str = ""
    suggestion: str = ""
    customer: tuple[tuple[str, str], ...] = ()  # facts of a customer to whom it happens, as written in rules

    @property
    def severity(self) -> str:
        """``error`` stops a release, ``warning`` does not."""
        return "error" if self.code.startswith("E") else "warning"

    @property
    def place(self) -> str:
        """``file:line:column``."""
        return f"{self.file}:{self.line}:{self.column}"

    @property
    def sentence(self) -> Said:
        """Everything but the customer, on one line."""
        start, zh = f"{self.place} {self.code}", self.chinese
        english = (self.message, self.expected and f"expected {self.expected}", self.suggestion)
        chinese = (zh.message, zh.expected and f"应为{zh.expected}", zh.suggestion)
        return Said(
            f"{start} {'; '.join(filter(None, english))}", f"{start} {'；'.join(filter(None, chinese))}"
        )

    def __str__(self) -> str:
        return self.sentence.en


@dataclass(slots=True)
class Problems:
    """Collects what readers and checks find; the same fault at the same place counts once."""

    _found: dict[tuple[str, int, int, str, str], Problem] = field(default_factory=dict)

    def add(
        self,
        code: Code,
        span: Span,
        message: Said,
        *,
        expected: Said = SILENCE,
        suggestion: Said = SILENCE,
        customer: tuple[tuple[str, str], ...] = (),
    ) -> None:
        """Record a problem at *span*."""
        problem = Problem(
            span.file,
            span.line,
            span.column,
            code.id,
            message.en,
            Wording(message.zh, expected.zh, suggestion.zh),
            max(span.length, 1),
            expected.en,
            suggestion.en,
            customer,
        )
        self.keep(problem)

    def keep(self, problem: Problem) -> None:
        """Record a problem found elsewhere."""
        self._found.setdefault(
            (problem.file, problem.line, problem.column, problem.code, problem.message), problem
        )

    def has(self, code: Code, span: Span) -> bool:
        """Whether *code* was already found where *span* begins."""
        return any(
            (p.file, p.line, p.column, p.code) == (span.file, span.line, span.column, code.id)
            for p in self._found.values()
        )

    @property
    def all_read(self) -> bool:
        """Whether every file could be read and understood by itself (E1 and E2 are about that)."""
        return not any(problem.code.startswith(("E1", "E2")) for problem in self._found.values())

    @property
    def has_errors(self) -> bool:
        """Whether anything found stops a release."""
        return any(problem.severity == "error" for problem in self._found.values())

    def sorted(self) -> list[Problem]:
        """Everything found, by file, line and column."""
        return sorted(self._found.values(), key=lambda p: (p.file, p.line, p.column, p.code, p.message))


def to_json(problems: Iterable[Problem]) -> str:
    """The problems as a JSON list, for other programs."""
    return orjson.dumps([to_row(problem) for problem in problems], option=orjson.OPT_INDENT_2).decode()


def to_row(problem: Problem) -> dict[str, Any]:
    """One problem as JSON data."""
    row = asdict(problem)
    row["zh"] = row.pop("chinese")
    row["customer"] = dict(problem.customer) or None
    row["severity"] = problem.severity
    row["title"] = {"en": REGISTRY[problem.code].summary, "zh": REGISTRY[problem.code].chinese}
    return row


def to_github(problems: Iterable[Problem]) -> str:
    """The problems as workflow commands, which GitHub shows beside the changed lines."""
    return "\n".join(_github_line(problem) for problem in problems)


def _github_line(problem: Problem) -> str:
    shown = f"For example: {_customer_words(problem)}" if problem.customer else ""
    parts = (problem.message, problem.expected, problem.suggestion, shown)
    detail = ". ".join(part for part in parts if part)
    escaped = detail.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    file = problem.file.replace("%", "%25").replace(",", "%2C").replace(":", "%3A")
    return (
        f"::{problem.severity} file={file},line={problem.line},col={problem.column},"
        f"title={problem.code}::{escaped}"
    )


def to_human(problems: Iterable[Problem], texts: Mapping[str, str], language: str = "en") -> str:
    """The problems with their source lines and a caret under the fault; *texts* by file name."""
    return "\n\n".join("\n".join(_human_lines(problem, texts, language)) for problem in problems)


_HEADINGS = {"en": ("expected ", "", "for example: "), "zh": ("应为：", "建议：", "例如客户：")}


def _human_lines(problem: Problem, texts: Mapping[str, str], language: str) -> list[str]:
    said = _wording(problem, language)
    expected, suggestion, customer = _HEADINGS[language]
    lines = [f"{problem.place} {problem.code} {said.message}", *_excerpt(problem, texts)]
    if said.expected:
        lines.append(f"   {expected}{said.expected}")
    if said.suggestion:
        lines.append(f"   {suggestion}{said.suggestion}")
    if problem.customer:
        lines.append(f"   {customer}{_customer_words(problem)}")
    return lines


def _wording(problem: Problem, language: str) -> Wording:
    if language == "zh":
        return problem.chinese
    return Wording(problem.message, problem.expected, problem.suggestion)


def _customer_words(problem: Problem) -> str:
    return ", ".join(f"{name} {value}" for name, value in problem.customer)


def _excerpt(problem: Problem, texts: Mapping[str, str]) -> list[str]:
    source = texts.get(problem.file, "").split("\n")
    if not 1 <= problem.line <= len(source):
        return []
    line = source[problem.line - 1].rstrip("\r").replace("\t", "→")
    start = problem.column - 1
    marked = line[start : start + problem.length]
    gutter = f"{problem.line:>6} | "
    return [gutter + line, " " * (len(gutter) + _width(line[:start])) + "^" * max(_width(marked), 1)]


def _width(text: str) -> int:
    """Columns *text* takes on a terminal: Chinese characters take two."""
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)
