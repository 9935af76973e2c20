"""Read YAML 1.2 text into positioned nodes, and say in helpful words why it cannot be read.

The parser's events are used, not its resolver: every scalar stays text, so ``on``, ``NO``, ``12:30``
and ``010`` are what they look like. Duplicate keys, anchors, aliases and tags are problems.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)
from ruamel.yaml.reader import ReaderError

from shared.policy.codes import (
    ANCHOR,
    DOCUMENTS,
    DUPLICATE_KEY,
    TAB,
    TAG,
    UNREADABLE,
    WRONG_SHAPE,
    YAML_SYNTAX,
)
from shared.policy.nodes import ListNode, MapNode, Node, ScalarNode, Span
from shared.policy.problems import Problems
from shared.policy.signs import mend_line, report_sign

MOST_DEPTH = 40
_MOST_MENDS = 100
_HINTS = (
    ("mapping values are not allowed", 'put a text that contains ": " in quotes, and check the indentation'),
    ("but got '['", "inside { } put the whole phrase in quotes, or write it on a line of its own"),
    ("cannot start any token", "put the value in quotes"),
    ("unexpected end of stream", "a quote or bracket that was opened is never closed"),
    ("sequence entries are not allowed", 'begin the list on the next line, or write it as "[a, b]"'),
    ("expected <block end>", "check that this line is indented like its neighbours"),
    ("could not find expected ':'", 'a key needs a colon and a value: "key: value"'),
)


def read_yaml(file: str, text: str, problems: Problems) -> Node | None:
    """Return the one document in *text*; ``None`` when it cannot be read, with the reason in *problems*."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for _ in range(_MOST_MENDS):
        try:
            return _Composer(file, problems).compose("\n".join(lines))
        except _TooDeepError as error:
            problems.add(UNREADABLE, error.span, f"nested deeper than {MOST_DEPTH} levels")
            return None
        except ReaderError as error:
            _report_character(file, "\n".join(lines), error, problems)
            return None
        except MarkedYAMLError as error:
            if not _mend(file, lines, error, problems):
                return None
    return None


def _report_character(file: str, text: str, error: ReaderError, problems: Problems) -> None:
    before = text[: error.position]
    span = Span(file, before.count("\n") + 1, len(before) - before.rfind("\n"))
    character = error.character if isinstance(error.character, int) else ord(error.character)
    problems.add(
        UNREADABLE, span, f"a text file cannot hold the character U+{character:04X}", suggestion="remove it"
    )


def _mend(file: str, lines: list[str], error: MarkedYAMLError, problems: Problems) -> bool:
    """Repair what is known to be meant; otherwise report the syntax error."""
    mark = error.problem_mark or error.context_mark
    if "unexpected end of stream" in str(error.problem) and error.context_mark:
        mark = error.context_mark  # where the quote was opened says more than the end of the file
    index = min(mark.line, max(len(lines) - 1, 0)) if mark else 0
    mended = mend_line(file, index + 1, lines[index], problems) if lines else None
    if mended is not None:
        lines[index] = mended
        return True
    _report_syntax(Span(file, index + 1, (mark.column if mark else 0) + 1), error, problems)
    return False


def _report_syntax(span: Span, error: MarkedYAMLError, problems: Problems) -> None:
    found = str(error.problem or error.context or "not readable").strip()
    if "'\\t'" in found:
        problems.add(TAB, span, "a tab stands where only spaces may", suggestion="indent with two spaces")
        return
    start = ""
    if error.context and error.context_mark and error.context_mark.line + 1 != span.line:
        start = f" (it began on line {error.context_mark.line + 1})"
    hint = next((advice for sign, advice in _HINTS if sign in found), "")
    problems.add(YAML_SYNTAX, span, f"not valid YAML: {found}{start}", suggestion=hint)


class _TooDeepError(Exception):
    def __init__(self, span: Span) -> None:
        super().__init__()
        self.span = span


@dataclass(slots=True)
class _Composer:
    """Builds nodes from one file's events."""

    file: str
    problems: Problems
    anchored: dict[str, Node] = field(default_factory=dict)
    readable: bool = True

    def compose(self, text: str) -> Node | None:
        events: Iterator[Any] = YAML(typ="safe", pure=True).parse(text)
        document: Node | None = None
        for event in events:
            if isinstance(event, DocumentStartEvent):
                if document is not None:
                    message = "a second document begins here"
                    self.problems.add(DOCUMENTS, self._span(event), message, suggestion='remove the "---"')
                    return None
            elif isinstance(event, (ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent)):
                document = self._node(event, events, 0)
            elif isinstance(event, StreamEndEvent) and document is None:
                self.problems.add(DOCUMENTS, Span(self.file), "the file is empty")
            else:
                assert isinstance(event, (StreamStartEvent, StreamEndEvent)) or document is not None
        return document if self.readable else None

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        if depth > MOST_DEPTH:
            raise _TooDeepError(self._span(event))
        if isinstance(event, AliasEvent):
            return self._alias(event)
        node = self._content(event, events, depth)
        if event.anchor:
            self._refuse_anchor(event)
            self.anchored[event.anchor] = node
        return node

    def _content(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        span = self._span(event)
        if isinstance(event, ScalarEvent):
            self._check_tag(event, event.value)
            return ScalarNode(event.value, span, event.style is None, event.style in ("|", ">"))
        self._check_tag(event, "")
        if isinstance(event, SequenceStartEvent):
            return ListNode(tuple(self._items(events, depth)), span)
        return MapNode(tuple(self._entries(events, depth)), span)

    def _items(self, events: Iterator[Any], depth: int) -> Iterator[Node]:
        for event in events:
            if isinstance(event, SequenceEndEvent):
                return
            yield self._node(event, events, depth + 1)

    def _entries(self, events: Iterator[Any], depth: int) -> Iterator[tuple[ScalarNode, Node]]:
        seen: dict[str, Span] = {}
        for event in events:
            if isinstance(event, MappingEndEvent):
                return
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, ScalarNode):
                self.problems.add(WRONG_SHAPE, key.span, "a key must be a plain word")
            elif key.text in seen:
                self._refuse_duplicate(key, seen[key.text])
            else:
                seen[key.text] = key.span
                yield key, value

    def _refuse_duplicate(self, key: ScalarNode, first: Span) -> None:
        self.problems.add(
            DUPLICATE_KEY,
            key.span,
            f'key "{key.text}" stands twice; the first is on line {first.line}',
            suggestion="remove or rename one of the two",
        )

    def _refuse_anchor(self, event: Any) -> None:
        self.problems.add(
            ANCHOR,
            self._span(event, len(event.anchor) + 1),
            f'anchor "&{event.anchor}"',
            expected="values written where they are used",
            suggestion="to share a value, name it in lists/ and write $name",
        )

    def _alias(self, event: Any) -> Node:
        self.problems.add(
            ANCHOR,
            self._span(event),
            f'alias "*{event.anchor}"',
            expected="values written where they are used",
            suggestion="to share a value, name it in lists/ and write $name",
        )
        target = self.anchored.get(event.anchor)
        if isinstance(target, ScalarNode):
            return target
        self.readable = False  # what it stands for is unknown: problems further in would mislead
        return ScalarNode("", self._span(event))

    def _check_tag(self, event: Any, value: str) -> None:
        tag = event.tag
        if not tag or (isinstance(event, ScalarEvent) and event.style is not None and tag == "!"):
            return
        if str(tag) == "!=":
            report_sign("!=", value, self._span(event), self.problems)
            return
        message = f'tag "{tag}"'
        self.problems.add(
            TAG, self._span(event, len(str(tag))), message, suggestion="remove it; types come from the key"
        )

    def _span(self, event: Any, length: int | None = None) -> Span:
        start, end = event.start_mark, event.end_mark
        if length is None:
            length = end.column - start.column if end.line == start.line else 1
        return Span(self.file, start.line + 1, start.column + 1, max(length, 1))
