"""The table of phrases, declared once, with its reader and writer. Pure.

In a pattern ``<A>`` and ``<B>`` are values, ``<L>`` a list (``[a, b]`` or ``$name``), ``<N>`` whole days
or ``$name``, ``<E>`` the name of a calendar entry. The first pattern of a language is the one written.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from shared.model.conditions import Phrase, Side
from shared.model.values import Kind
from shared.policy.phrases.sentence import Sentence, quote, split_items, unquote
from shared.policy.phrases.units import translate_unit


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say something: its patterns by language."""

    phrase: Phrase
    english: tuple[str, ...]
    chinese: tuple[str, ...]
    side: Side | None = None


FORMS: tuple[Form, ...] = (
    Form(Phrase.KNOWN, ("is known",), ("已知",)),
    Form(Phrase.MISSING, ("is missing",), ("缺失", "未知")),
    Form(Phrase.IS_NOT, ("is not <A>",), ("不是 <A>",)),
    Form(Phrase.IS, ("is <A>",), ("是 <A>",)),
    Form(Phrase.AT_LEAST, ("at least <A>",), ("至少 <A>", "不少于 <A>", "不低于 <A>")),
    Form(Phrase.MORE_THAN, ("more than <A>",), ("多于 <A>", "超过 <A>", "高于 <A>")),
    Form(Phrase.AT_MOST, ("at most <A>",), ("至多 <A>", "不超过 <A>", "不多于 <A>")),
    Form(Phrase.LESS_THAN, ("less than <A>",), ("低于 <A>", "少于 <A>")),
    Form(Phrase.BETWEEN, ("between <A> and <B>",), ("介于 <A> 和 <B> 之间", "介于 <A> 与 <B> 之间")),
    Form(Phrase.ONE_OF, ("one of <L>",), ("属于 <L>",)),
    Form(Phrase.NONE_OF, ("none of <L>",), ("不属于 <L>",)),
    Form(Phrase.CHANGED, ("changed from <A> to <B>",), ("从 <A> 变为 <B>",)),
    Form(Phrase.CHANGED, ("changed to <B>",), ("变为 <B>",)),
    Form(Phrase.CHANGED, ("changed from <A>",), ("不再是 <A>",)),
    Form(Phrase.CHANGED, ("changed",), ("有变化", "变化")),
    Form(Phrase.WITHIN, ("within <N> before <E>",), ("<E> 前 <N> 内",), Side.BEFORE),
    Form(Phrase.WITHIN, ("within <N> after <E>",), ("<E> 后 <N> 内",), Side.AFTER),
    Form(Phrase.WITHIN, ("within <N> of <E>",), ("<E> 前后 <N> 内",), Side.AROUND),
    Form(Phrase.WITHIN, ("within <N> before",), ("前 <N> 内",), Side.BEFORE),
    Form(Phrase.WITHIN, ("within <N> after",), ("后 <N> 内",), Side.AFTER),
    Form(Phrase.WITHIN, ("within <N> of",), ("前后 <N> 内",), Side.AROUND),
    Form(Phrase.ROSE, ("rose by at least <A>",), ("上升至少 <A>",)),
    Form(Phrase.FELL, ("fell by at least <A>",), ("下降至少 <A>",)),
)

_VALUE = r'(?P<{}>"(?:[^"\\]|\\.)*"|[^"\[\]]+?)'
_SLOTS = {
    "<A>": _VALUE.format("A"),
    "<B>": _VALUE.format("B"),
    "<L>": r"(?P<L>\[.*\]|\$[\w.]+)",
    "<N>": r"(?P<N>\d+\s*(?:days?|天|日)|\$[\w.]+)",
    "<E>": r"(?P<E>[^\s\d前后]+)",
}
_TIGHT = re.compile(r"天 (内|之间)$")
_ENGLISH_GAP, _CHINESE_GAP = r"\s+", r"\s*"


def _compile(pattern: str, gap: str) -> re.Pattern[str]:
    words = (_SLOTS.get(word) or re.escape(word) for word in pattern.split(" "))
    return re.compile(gap.join(words), re.IGNORECASE | re.DOTALL)


_READERS = tuple(
    (form, _compile(pattern, gap))
    for form in FORMS
    for patterns, gap in ((form.english, _ENGLISH_GAP), (form.chinese, _CHINESE_GAP))
    for pattern in patterns
)


def parse(text: str) -> Sentence | None:
    """Take *text* apart; ``None`` when it is no phrase of the list."""
    text = " ".join(text.split()) if '"' not in text else text.strip()
    for form, reader in _READERS:
        found = reader.fullmatch(text)
        if found:
            return _sentence(form, found)
    return None


def _sentence(form: Form, found: re.Match[str]) -> Sentence | None:
    parts = {name: value for name, value in found.groupdict().items() if value is not None}
    if "L" in parts:
        return _list_sentence(form, parts["L"])
    if form.phrase is Phrase.WITHIN:
        return Sentence(form.phrase, (parts["N"],), form.side, parts.get("E"))
    names = ("A", "B") if form.phrase is Phrase.CHANGED else tuple(sorted(parts))
    read = [unquote(parts[name]) if name in parts else (None, False) for name in names]
    literal = frozenset(index for index, (_, quoted) in enumerate(read) if quoted)
    return Sentence(form.phrase, tuple(text for text, _ in read), literal=literal)


def _list_sentence(form: Form, text: str) -> Sentence | None:
    items = [text] if text.startswith("$") else split_items(text[1:-1])
    if items is None:
        return None
    read = [unquote(item) for item in items]
    literal = frozenset(index for index, (_, quoted) in enumerate(read) if quoted)
    return Sentence(form.phrase, tuple(text for text, _ in read), literal=literal)


def write(sentence: Sentence, language: str = "en", kind: Kind = Kind.TEXT) -> str:
    """Write *sentence* in *language*; *kind* of its fact tells which words are units."""
    form = next(form for form in FORMS if _says(form, sentence))
    pattern = (form.chinese if language == "zh" else form.english)[0]
    words = dict(_words(sentence, language, _kind_of_operands(sentence.phrase, kind)))
    text = " ".join(words.get(word, word) for word in pattern.split(" "))
    return _TIGHT.sub(r"天\1", text)


def _says(form: Form, sentence: Sentence) -> bool:
    if form.phrase is not sentence.phrase or form.side is not sentence.side:
        return False
    if form.phrase is Phrase.WITHIN:
        return ("<E>" in form.english[0]) == (sentence.entry is not None)
    if form.phrase is Phrase.CHANGED:
        needed = tuple(slot in form.english[0] for slot in ("<A>", "<B>"))
        return needed == tuple(operand is not None for operand in sentence.operands)
    return True


def _kind_of_operands(phrase: Phrase, kind: Kind) -> Kind:
    if phrase is Phrase.WITHIN:
        return Kind.DAYS
    return Kind.PERCENT if phrase in {Phrase.ROSE, Phrase.FELL} else kind


def _words(sentence: Sentence, language: str, kind: Kind) -> Iterator[tuple[str, str]]:
    written = [
        None if operand is None else _operand(operand, index in sentence.literal, language, kind)
        for index, operand in enumerate(sentence.operands)
    ]
    if sentence.phrase in {Phrase.ONE_OF, Phrase.NONE_OF}:
        items = [item for item in written if item is not None]
        alone = len(items) == 1 and items[0].startswith("$")
        yield "<L>", items[0] if alone else f"[{', '.join(items)}]"
    elif sentence.phrase is Phrase.WITHIN:
        yield "<N>", written[0] or ""
        yield "<E>", sentence.entry or ""
    else:
        yield from (
            (slot, text) for slot, text in zip(("<A>", "<B>"), written, strict=False) if text is not None
        )


def _operand(operand: str, literal: bool, language: str, kind: Kind) -> str:
    if literal or operand.startswith("$"):
        return quote(operand, literal)
    return quote(translate_unit(operand, kind, language), False)
