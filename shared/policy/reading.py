"""Read nodes against shapes: every reader reports what is wrong and goes on with the rest. Pure.

A name that was declared but faulty is remembered as broken, so that one fault is told once and not
again at every place that uses the name.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from shared.model.business import Term
from shared.model.values import Kind, Text, Value
from shared.policy.codes import (
    BAD_NAME,
    BAD_VALUE,
    MISSING_KEY,
    UNKNOWN_CHOICE,
    UNKNOWN_KEY,
    UNKNOWN_NAME,
    WRONG_SHAPE,
    Code,
)
from shared.policy.nodes import ListNode, MapNode, Node, ScalarNode, Span, describe
from shared.policy.problems import Problems
from shared.policy.quantities import FaultyValueError, ValueType, parse_value
from shared.policy.said import SILENCE, Said, one_of, one_of_many, spaced
from shared.policy.shapes import Shape
from shared.policy.suggest import did_you_mean
from shared.policy.terms import parse_term

T = TypeVar("T")

FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")
EVENT_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
RULE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_NAME_WORDS = {
    FACT_NAME: Said("small letters, digits and underscores", "小写字母、数字和下划线"),
    EVENT_NAME: Said(
        "small letters, digits and underscores, in parts joined by dots",
        "小写字母、数字和下划线，各段以点号相连",
    ),
    RULE_NAME: Said("small letters, digits and hyphens", "小写字母、数字和连字符"),
}
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")
A_SINGLE_VALUE = Said("a single value", "单个值")


@dataclass(frozen=True, slots=True)
class ListValue:
    """What ``$name`` stands for: one text or several, and where it was declared."""

    texts: tuple[str, ...]
    is_list: bool
    span: Span


@dataclass(slots=True)
class Reading:
    """What readers share: the problems found so far, the currency, the named lists."""

    problems: Problems
    currency: str = "CNY"
    lists: Mapping[str, ListValue] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    incomplete: bool = False  # a file could not be read: an unknown name may be declared there

    def fields(self, node: Node, shape: Shape) -> "Fields | None":
        """Read a mapping of *shape*; its unknown and missing keys are reported."""
        if not isinstance(node, MapNode):
            self.misshapen(node, _keys_of(shape))
            return None
        for key, _ in node.entries:
            if key.text not in shape.names:
                self._unknown_key(key, shape)
        self._missing_keys(node, shape)
        return Fields(node, self)

    def _missing_keys(self, node: MapNode, shape: Shape) -> None:
        present = {key.text for key, _ in node.entries}
        called = shape.called
        for key in shape.keys:
            if key.required and key.name not in present:
                said = Said(f'{called.en} needs "{key.name}"', f"{spaced(called.zh)}缺少“{key.name}”")
                hint = Said("what it is for: ", "其用途：") + key.purpose
                self.problems.add(MISSING_KEY, node.span, said, suggestion=hint)

    def _unknown_key(self, key: ScalarNode, shape: Shape) -> None:
        called = shape.called
        self.problems.add(
            UNKNOWN_KEY,
            key.span,
            Said(f'unknown key "{key.text}" in {called.en}', f"{spaced(called.zh)}中没有“{key.text}”这个键"),
            expected=one_of(shape.names),
            suggestion=did_you_mean(key.text, shape.names),
        )

    def misshapen(self, node: Node, expected: Said) -> None:
        """Report that *node* has the wrong shape."""
        said = Said("found ", "此处是") + describe(node)
        self.problems.add(WRONG_SHAPE, node.span, said, expected=expected)

    def scalar(self, node: Node | None, expected: Said) -> ScalarNode | None:
        """*node* as a single value."""
        if node is None or (isinstance(node, ScalarNode) and not node.is_empty):
            return node
        self.misshapen(node, expected)
        return None

    def items(self, node: Node | None, expected: Said) -> tuple[Node, ...]:
        """The items of a list; a single value counts as a list of one."""
        if node is None:
            return ()
        if isinstance(node, ListNode):
            return node.items
        if isinstance(node, ScalarNode) and not node.is_empty:
            return (node,)
        self.misshapen(node, expected)
        return ()

    def scalars(self, node: Node | None, expected: Said) -> tuple[ScalarNode, ...]:
        """The items of a list of single values."""
        read = (self.scalar(item, expected) for item in self.items(node, expected))
        return tuple(item for item in read if item is not None)

    def entries(self, node: Node | None, expected: Said) -> tuple[tuple[ScalarNode, Node], ...]:
        """Named entries in order: a mapping, or a list of one-key mappings."""
        if node is None:
            return ()
        if isinstance(node, MapNode):
            return node.entries
        if isinstance(node, ListNode) and all(
            isinstance(i, MapNode) and len(i.entries) == 1 for i in node.items
        ):
            return tuple(item.entries[0] for item in node.items if isinstance(item, MapNode))
        self.misshapen(node, expected)
        return ()

    def name(self, key: ScalarNode, pattern: re.Pattern[str], what: Said) -> bool:
        """Whether *key* is well formed as the name of *what*."""
        if pattern.fullmatch(key.text):
            return True
        said = Said(f'"{key.text}" cannot be the name of {what.en}', f"“{key.text}”不能用作{what.zh}的名称")
        self.problems.add(BAD_NAME, key.span, said, expected=_NAME_WORDS[pattern])
        return False

    def lookup(
        self, word: ScalarNode, known: Mapping[str, T], what: Said, code: Code = UNKNOWN_NAME
    ) -> T | None:
        """What *word* names among *known*; an unknown name is reported with the nearest known one."""
        if word.text in known:
            return known[word.text]
        if word.text not in self.broken and not self.incomplete:
            titles = {name: title for name, value in known.items() if (title := _title_of(value))}
            near = did_you_mean(word.text, known, titles)
            expected = SILENCE if near else one_of_many(known)
            said = Said(f'unknown {what.en} "{word.text}"', f"未知的{what.zh}“{word.text}”")
            self.problems.add(code, word.span, said, expected=expected, suggestion=near)
        return None

    def option(self, word: ScalarNode, options: Sequence[str], what: Said) -> str | None:
        """*word* as one of a closed set of words."""
        if word.text in options:
            return word.text
        self.problems.add(
            UNKNOWN_CHOICE,
            word.span,
            Said(f'"{word.text}" is not {what.en}', f"“{word.text}”不是有效的{what.zh}"),
            expected=one_of(options),
            suggestion=did_you_mean(word.text, options),
        )
        return None

    def value(self, word: ScalarNode, wanted: ValueType) -> Value | None:
        """*word*, or what its ``$name`` stands for, as a value of the type *wanted*."""
        text = self.single(word)
        return None if text is None else self.parse(text, wanted, word)

    def single(self, word: ScalarNode) -> str | None:
        """The one text that *word* stands for; several are reported."""
        texts = self.expand(word)
        if texts is None:
            return None
        if len(texts) != 1:
            said = Said(f'"{word.text}" is a list', f"“{word.text}”是列表")
            self.problems.add(BAD_VALUE, word.span, said, expected=A_SINGLE_VALUE)
            return None
        return texts[0]

    def parse(self, text: str, wanted: ValueType, word: ScalarNode) -> Value | None:
        """Parse *text* as a value, pointing at *word* when it is faulty."""
        return self.attempt(text, lambda given: parse_value(given, wanted), word)

    def attempt(self, text: str, parser: Callable[[str], T], word: ScalarNode) -> T | None:
        """What *parser* makes of *text*; its fault is reported, pointing at *word*."""
        try:
            return parser(text)
        except FaultyValueError as fault:
            referred = text not in word.text
            origin = Said(f' (in "{word.text}")', f"（来自“{word.text}”）") if referred else SILENCE
            self.problems.add(
                fault.code,
                word.span if referred else _inside(word, text),
                fault.message + origin,
                expected=fault.expected,
                suggestion=fault.suggestion,
            )
            return None

    def expand(self, word: ScalarNode) -> tuple[str, ...] | None:
        """The texts *word* stands for; ``None`` for an unknown ``$name``, which is reported."""
        if not word.text.startswith("$"):
            return (word.text,)
        name = ScalarNode(word.text[1:], word.span)
        found = self.lookup(name, self.lists, Said("list or threshold", "列表或门槛"))
        return found.texts if found else None

    def words(self, node: Node | None) -> Text:
        """Words by language; a plain text counts as English."""
        if node is None:
            return {}
        if isinstance(node, ScalarNode) and not node.is_empty:
            return {"en": node.text.strip()}
        if not isinstance(node, MapNode) or not node.entries:
            expected = Said("words by language: {en: …, zh: …}", "各语言的文字：{en: …, zh: …}")
            self.misshapen(node, expected)
            return {}
        return dict(sorted(self._by_language(node)))

    def _by_language(self, node: MapNode) -> Iterator[tuple[str, str]]:
        for key, value in node.entries:
            if not _LANGUAGE.fullmatch(key.text):
                self.problems.add(
                    UNKNOWN_KEY,
                    key.span,
                    Said(f'"{key.text}" is not a language', f"“{key.text}”不是语言"),
                    expected=Said("a language code: en, zh …", "语言代码：en、zh 等"),
                )
            elif word := self.scalar(value, Said("a text", "一段文字")):
                yield key.text, word.text.strip()


@dataclass(frozen=True, slots=True)
class Fields:
    """The keys of one mapping, read one by one."""

    node: MapNode
    reading: Reading

    @property
    def span(self) -> Span:
        """Where the mapping begins."""
        return self.node.span

    def get(self, name: str) -> Node | None:
        """The node under *name*."""
        return self.node.get(name)

    def span_of(self, name: str) -> Span:
        """Where the value of *name* stands, or the mapping when it is not there."""
        found = self.node.get(name)
        return found.span if found is not None else self.node.span

    def has(self, name: str) -> bool:
        """Whether *name* is given."""
        return self.node.get(name) is not None

    def word(self, name: str) -> ScalarNode | None:
        """The single value under *name*."""
        return self.reading.scalar(self.node.get(name), A_SINGLE_VALUE)

    def text(self, name: str, default: str = "") -> str:
        """The text under *name*."""
        word = self.word(name)
        return word.text.strip() if word else default

    def option(self, name: str, options: Sequence[str], what: Said, default: str = "") -> str:
        """One of a closed set of words."""
        word = self.word(name)
        return (self.reading.option(word, options, what) if word else None) or default

    def value(self, name: str, wanted: ValueType) -> Value | None:
        """A typed value."""
        word = self.word(name)
        return self.reading.value(word, wanted) if word else None

    def integer(self, name: str, default: int = 0, low: int | None = 0, high: int | None = None) -> int:
        """A whole number."""
        value = self.value(name, ValueType(Kind.INTEGER, minimum=low, maximum=high))
        return value if isinstance(value, int) else default

    def number(self, name: str, default: float, low: float, high: float) -> float:
        """A number."""
        value = self.value(name, ValueType(Kind.NUMBER, minimum=low, maximum=high))
        return value if isinstance(value, (int, float)) else default

    def percent(self, name: str, default: float) -> float:
        """A percentage 0–100."""
        value = self.value(name, ValueType(Kind.PERCENT, minimum=0, maximum=100))
        return value if isinstance(value, (int, float)) else default

    def days(self, name: str, default: int = 0, low: int = 0) -> int:
        """A duration in days."""
        value = self.value(name, ValueType(Kind.DAYS, minimum=low))
        return value if isinstance(value, int) else default

    def term(self, name: str) -> Term:
        """A duration in days or in business days."""
        word = self.word(name)
        text = self.reading.single(word) if word else None
        found = self.reading.attempt(text, parse_term, word) if word and text is not None else None
        return found or Term(0)

    def boolean(self, name: str, default: bool = False) -> bool:
        """True or false."""
        value = self.value(name, ValueType(Kind.BOOLEAN))
        return value if isinstance(value, bool) else default

    def words(self, name: str) -> Text:
        """Words by language."""
        return self.reading.words(self.node.get(name))

    def scalars(self, name: str) -> tuple[ScalarNode, ...]:
        """A list of single values."""
        return self.reading.scalars(
            self.node.get(name), Said("a list of single values", "由单个值组成的列表")
        )

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(word.text for word in self.scalars(name))


def _keys_of(shape: Shape) -> Said:
    keys = ", ".join(shape.names[:4])
    called = shape.called
    return Said(f"{called.en} with keys such as {keys}", f"{called.zh}，含 {keys} 等键")


def _inside(word: ScalarNode, text: str) -> Span:
    """Where *text* stands in the value *word*."""
    if word.block or word.span.length < len(word.text):
        return word.span
    offset = word.text.index(text) + (0 if word.plain else 1)
    return Span(word.span.file, word.span.line, word.span.column + offset, max(len(text), 1))


def duplicates(words: Iterable[ScalarNode]) -> Iterator[ScalarNode]:
    """Yield every word that stood earlier already."""
    seen: set[str] = set()
    for word in words:
        if word.text in seen:
            yield word
        seen.add(word.text)


def _title_of(value: object) -> Text:
    """The title of a declared thing; a bare word has none."""
    title = getattr(value, "title", None)
    return title if isinstance(title, Mapping) else {}
