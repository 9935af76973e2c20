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
from shared.policy.said import SILENCE, Said
from shared.policy.signs import mend_line, report_sign
from shared.policy.syntax_words import hint_for, in_chinese

MOST_DEPTH = 40
_MOST_MENDS = 100
_IN_PLACE = Said("values written where they are used", "在使用处直接写出值")
_NAMED_LIST = Said(
    "to share a value, name it in lists/ and write $name",
    "要共用一个值，请在 lists/ 中为其命名，并写作 $名称",
)


def read_yaml(file: str, text: str, problems: Problems) -> Node | None:
    """Return the one document in *text*; ``None`` when it cannot be read, with the reason in *problems*."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for _ in range(_MOST_MENDS):
        try:
            return _Composer(file, problems).compose("\n".join(lines))
        except _TooDeepError as error:
            said = Said(f"nested deeper than {MOST_DEPTH} levels", f"嵌套超过 {MOST_DEPTH} 层")
            problems.add(UNREADABLE, error.span, said)
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
    said = Said(
        f"a text file cannot hold the character U+{character:04X}", f"文本文件不能含有字符 U+{character:04X}"
    )
    problems.add(UNREADABLE, span, said, suggestion=Said("remove it", "删除该字符"))


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
        said = Said("a tab stands where only spaces may", "此处只能用空格，却是制表符")
        problems.add(TAB, span, said, suggestion=Said("indent with two spaces", "用两个空格缩进"))
        return
    said = Said(f"not valid YAML: {found}", f"不是有效的 YAML：{in_chinese(found)}") + _beginning(span, error)
    problems.add(YAML_SYNTAX, span, said, suggestion=hint_for(found))


def _beginning(span: Span, error: MarkedYAMLError) -> Said:
    """Where began what could not be read, if that is another line."""
    if not error.context or not error.context_mark or error.context_mark.line + 1 == span.line:
        return SILENCE
    line = error.context_mark.line + 1
    return Said(f" (it began on line {line})", f"（始于第 {line} 行）")


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
                    said = Said("a second document begins here", "第二个文档从此处开始")
                    hint = Said('remove the "---"', "删除“---”")
                    self.problems.add(DOCUMENTS, self._span(event), said, suggestion=hint)
                    return None
            elif isinstance(event, (ScalarEvent, AliasEvent, MappingStartEvent, SequenceStartEvent)):
                document = self._node(event, events, 0)
            elif isinstance(event, StreamEndEvent) and document is None:
                self.problems.add(DOCUMENTS, Span(self.file), Said("the file is empty", "文件为空"))
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
                said = Said("a key must be a plain word", "键必须是普通的词")
                self.problems.add(WRONG_SHAPE, key.span, said)
            elif key.text in seen:
                self._refuse_duplicate(key, seen[key.text])
            else:
                seen[key.text] = key.span
                yield key, value

    def _refuse_duplicate(self, key: ScalarNode, first: Span) -> None:
        self.problems.add(
            DUPLICATE_KEY,
            key.span,
            Said(
                f'key "{key.text}" stands twice; the first is on line {first.line}',
                f"键“{key.text}”出现两次，第一次在第 {first.line} 行",
            ),
            suggestion=Said("remove or rename one of the two", "删除其一，或改名"),
        )

    def _refuse_anchor(self, event: Any) -> None:
        self.problems.add(
            ANCHOR,
            self._span(event, len(event.anchor) + 1),
            Said(f'anchor "&{event.anchor}"', f"锚点“&{event.anchor}”"),
            expected=_IN_PLACE,
            suggestion=_NAMED_LIST,
        )

    def _alias(self, event: Any) -> Node:
        self.problems.add(
            ANCHOR,
            self._span(event),
            Said(f'alias "*{event.anchor}"', f"别名“*{event.anchor}”"),
            expected=_IN_PLACE,
            suggestion=_NAMED_LIST,
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
        hint = Said("remove it; types come from the key", "删除标签；类型由键决定")
        span = self._span(event, len(str(tag)))
        self.problems.add(TAG, span, Said(f'tag "{tag}"', f"标签“{tag}”"), suggestion=hint)

    def _span(self, event: Any, length: int | None = None) -> Span:
        start, end = event.start_mark, event.end_mark
        if length is None:
            length = end.column - start.column if end.line == start.line else 1
        return Span(self.file, start.line + 1, start.column + 1, max(length, 1))
