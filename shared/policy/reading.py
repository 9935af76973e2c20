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
from shared.policy.shapes import Shape
from shared.policy.suggest import did_you_mean, listed
from shared.policy.terms import parse_term

T = TypeVar("T")

FACT_NAME = re.compile(r"[a-z][a-z0-9_]*")
EVENT_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*")
RULE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_NAME_WORDS = {
    FACT_NAME: "small letters, digits and underscores",
    EVENT_NAME: "small letters, digits and underscores, in parts joined by dots",
    RULE_NAME: "small letters, digits and hyphens",
}
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Za-z]{2,4})?")


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
            self.misshapen(node, f"{shape.name} with keys such as {listed(shape.names[:4])}")
            return None
        for key, _ in node.entries:
            if key.text not in shape.names:
                self._unknown_key(key, shape)
        present = {key.text for key, value in node.entries}
        for key_def in shape.keys:
            if key_def.required and key_def.name not in present:
                message = f'{shape.name} needs "{key_def.name}"'
                self.problems.add(
                    MISSING_KEY, node.span, message, suggestion=f"what it is for: {key_def.about}"
                )
        return Fields(node, self)

    def _unknown_key(self, key: ScalarNode, shape: Shape) -> None:
        near = did_you_mean(key.text, shape.names)
        expected = f"one of {', '.join(shape.names)}"
        self.problems.add(
            UNKNOWN_KEY,
            key.span,
            f'unknown key "{key.text}" in {shape.name}',
            expected=expected,
            suggestion=near,
        )

    def misshapen(self, node: Node, expected: str) -> None:
        """Report that *node* has the wrong shape."""
        self.problems.add(WRONG_SHAPE, node.span, f"found {describe(node)}", expected=expected)

    def scalar(self, node: Node | None, expected: str) -> ScalarNode | None:
        """*node* as a single value."""
        if node is None or (isinstance(node, ScalarNode) and not node.is_empty):
            return node
        self.misshapen(node, expected)
        return None

    def items(self, node: Node | None, expected: str) -> tuple[Node, ...]:
        """The items of a list; a single value counts as a list of one."""
        if node is None:
            return ()
        if isinstance(node, ListNode):
            return node.items
        if isinstance(node, ScalarNode) and not node.is_empty:
            return (node,)
        self.misshapen(node, expected)
        return ()

    def scalars(self, node: Node | None, expected: str) -> tuple[ScalarNode, ...]:
        """The items of a list of single values."""
        read = (self.scalar(item, expected) for item in self.items(node, expected))
        return tuple(item for item in read if item is not None)

    def entries(self, node: Node | None, expected: str) -> tuple[tuple[ScalarNode, Node], ...]:
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

    def name(self, key: ScalarNode, pattern: re.Pattern[str], what: str) -> bool:
        """Whether *key* is well formed as the name of *what*."""
        if pattern.fullmatch(key.text):
            return True
        self.problems.add(
            BAD_NAME, key.span, f'"{key.text}" cannot be the name of {what}', expected=_NAME_WORDS[pattern]
        )
        return False

    def lookup(
        self, word: ScalarNode, known: Mapping[str, T], what: str, code: Code = UNKNOWN_NAME
    ) -> T | None:
        """What *word* names among *known*; an unknown name is reported with the nearest known one."""
        if word.text in known:
            return known[word.text]
        if word.text not in self.broken and not self.incomplete:
            titles = {name: title for name, value in known.items() if (title := _title_of(value))}
            near = did_you_mean(word.text, known, titles)
            expected = "" if near else f"one of {listed(known)}"
            self.problems.add(
                code, word.span, f'unknown {what} "{word.text}"', expected=expected, suggestion=near
            )
        return None

    def option(self, word: ScalarNode, options: Sequence[str], what: str) -> str | None:
        """*word* as one of a closed set of words."""
        if word.text in options:
            return word.text
        self.problems.add(
            UNKNOWN_CHOICE,
            word.span,
            f'"{word.text}" is not {what}',
            expected=f"one of {', '.join(options)}",
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
            self.problems.add(BAD_VALUE, word.span, f'"{word.text}" is a list', expected="a single value")
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
            origin = f' (in "{word.text}")' if referred else ""
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
        found = self.lookup(name, self.lists, "list or threshold")
        return found.texts if found else None

    def words(self, node: Node | None) -> Text:
        """Words by language; a plain text counts as English."""
        if node is None:
            return {}
        if isinstance(node, ScalarNode) and not node.is_empty:
            return {"en": node.text.strip()}
        if not isinstance(node, MapNode) or not node.entries:
            self.misshapen(node, "words by language: {en: …, zh: …}")
            return {}
        return dict(sorted(self._by_language(node)))

    def _by_language(self, node: MapNode) -> Iterator[tuple[str, str]]:
        for key, value in node.entries:
            if not _LANGUAGE.fullmatch(key.text):
                self.problems.add(
                    UNKNOWN_KEY,
                    key.span,
                    f'"{key.text}" is not a language',
                    expected="a language code: en, zh …",
                )
            elif word := self.scalar(value, "a text"):
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
        return self.reading.scalar(self.node.get(name), "a single value")

    def text(self, name: str, default: str = "") -> str:
        """The text under *name*."""
        word = self.word(name)
        return word.text.strip() if word else default

    def option(self, name: str, options: Sequence[str], what: str, default: str = "") -> str:
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
        return self.reading.scalars(self.node.get(name), "a list of single values")

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts."""
        return tuple(word.text for word in self.scalars(name))


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
