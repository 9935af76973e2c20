"""Phrases with facts: a written leaf becomes a typed `Leaf`, or a problem that says what would fit."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from shared.model.catalogue import Calendar
from shared.model.conditions import Leaf, Phrase
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind, Value
from shared.policy.codes import (
    BAD_VALUE,
    COMPARISON_SIGN,
    OUT_OF_RANGE,
    PHRASE_MISFIT,
    UNKNOWN_NAME,
    UNKNOWN_PHRASE,
)
from shared.policy.nodes import ScalarNode
from shared.policy.phrases import Sentence, parse
from shared.policy.phrases.naming import phrase_named
from shared.policy.quantities import ValueType, unit_example
from shared.policy.reading import Reading
from shared.policy.said import SILENCE, Said, one_of, write
from shared.policy.signs import report_sign, split_sign
from shared.policy.suggest import did_you_mean, meant, nearest

EQUALITY = frozenset({Phrase.IS, Phrase.IS_NOT, Phrase.ONE_OF, Phrase.NONE_OF})
ORDER = frozenset({Phrase.AT_LEAST, Phrase.MORE_THAN, Phrase.AT_MOST, Phrase.LESS_THAN, Phrase.BETWEEN})
PRESENCE = frozenset({Phrase.KNOWN, Phrase.MISSING})
GROWTH = frozenset({Phrase.ROSE, Phrase.FELL})
_DATED = frozenset({Kind.DATE, Kind.MONTH_DAY})
_STARTS = (
    *(phrase.value for phrase in Phrase),
    "changed from",
)
_MEANT = {
    "is": ("equals", "equal", "equal to"),
    "is not": ("not", "not equal to"),
    "at least": ("min", "minimum", "not less than", "no less than", "from"),
    "more than": ("over", "above", "greater than", "greater", "exceeds"),
    "at most": ("max", "maximum", "up to", "no more than", "not more than"),
    "less than": ("below", "under", "lower than", "fewer than"),
    "one of": ("in", "any of", "either"),
    "none of": ("not in", "not one of"),
    "is known": ("known", "exists"),
    "is missing": ("missing", "unknown", "is unknown", "is empty"),
    "是": ("等于", "为"),
    "不是": ("不等于", "不为"),
    "多于": ("大于",),
    "低于": ("小于",),
}
_NEAR = {wording: phrase for phrase, wordings in _MEANT.items() for wording in wordings}


def phrases_for(fact: FactDef) -> frozenset[Phrase]:
    """Everything that may be said of *fact*."""
    if fact.source is FactSource.CALENDAR:
        return frozenset({Phrase.WITHIN})
    if fact.kind.is_numeric:
        return EQUALITY | ORDER | PRESENCE | (GROWTH if fact.compare else frozenset())
    if fact.kind in _DATED:
        return EQUALITY | PRESENCE | {Phrase.WITHIN}
    return EQUALITY | PRESENCE | {Phrase.CHANGED}


@dataclass(frozen=True, slots=True)
class Phrasing:
    """Reads phrases over a fact table."""

    reading: Reading
    calendars: Mapping[str, Calendar]

    def leaf(self, fact: FactDef, word: ScalarNode) -> Leaf | None:
        """Read what *word* says of *fact*."""
        sentence = self.sentence(word, fact)
        if sentence is None:
            return None
        allowed = phrases_for(fact)
        if sentence.phrase not in allowed:
            self._misfit(word, fact, sentence, allowed)
            return None
        return self._typed(fact, sentence, word)

    def sentence(self, word: ScalarNode, fact: FactDef) -> Sentence | None:
        """Take the phrase apart; what is no phrase is reported with the nearest one."""
        if word.block and word.text.strip() == "":
            report_sign(">", "", word.span, self.reading.problems)
            return None
        if self.reading.problems.has(COMPARISON_SIGN, word.span):
            return None
        sign = split_sign(word.text)
        if sign:
            report_sign(*sign, word.span, self.reading.problems)
            return None
        sentence = parse(word.text)
        if sentence is None:
            self._unknown(word, fact)
        return sentence

    def _unknown(self, word: ScalarNode, fact: FactDef) -> None:
        example = _example(fact, self.reading.currency)
        self.reading.problems.add(
            UNKNOWN_PHRASE,
            word.span,
            Said(f'"{word.text}" is not a phrase', f"“{word.text}”不是短语"),
            expected=Said(f'a phrase such as "{example.en}"', f"短语，例如“{example.zh}”"),
            suggestion=_nearest_phrase(word.text, fact),
        )

    def _misfit(self, word: ScalarNode, fact: FactDef, said: Sentence, allowed: frozenset[Phrase]) -> None:
        kind = fact.kind.value
        what = Said(f"of type {kind}", f"的类型为 {kind}")
        if fact.source is FactSource.CALENDAR:
            what = Said("a calendar", "是日历")
        hint = SILENCE
        if said.phrase in GROWTH and fact.source is FactSource.METRIC:
            hint = Said(
                f'give the metric "{fact.name}" the key "compare: true"',
                f"为指标“{fact.name}”加上“compare: true”",
            )
        phrase = phrase_named(said.phrase)
        message = Said(
            f'"{phrase.en}" does not fit "{fact.name}", which is {what.en}',
            f"“{phrase.zh}”不适用于“{fact.name}”，它{what.zh}",
        )
        self.reading.problems.add(
            PHRASE_MISFIT, word.span, message, expected=one_of_phrases(allowed), suggestion=hint
        )

    def _typed(self, fact: FactDef, said: Sentence, word: ScalarNode) -> Leaf | None:
        wanted = self._wanted(fact, said)
        values: list[Value | None] = []
        operands = self._operands(said, word, fact)
        if operands is None:
            return None
        for operand in operands:
            if operand is None:
                values.append(None)
                continue
            value = self.reading.parse(operand, wanted, word)
            if value is None:
                return None
            values.append(value)
        leaf = Leaf(fact.name, said.phrase, tuple(values), said.side, said.entry)
        return leaf if self._checked(fact, leaf, word) else None

    def _operands(self, said: Sentence, word: ScalarNode, fact: FactDef) -> list[str | None] | None:
        """The texts of the values, every ``$name`` replaced; ``None`` when one of those is not declared."""
        expanded: list[str | None] = []
        for index, operand in enumerate(said.operands):
            if operand is None or index in said.literal:
                expanded.append(operand)
                continue
            texts = self.reading.expand(ScalarNode(operand, word.span))
            if texts is None or not self._single(said, texts, operand, word):
                return None
            expanded += texts
        if said.phrase is Phrase.BETWEEN and len(expanded) == 2:
            expanded[0] = _borrow_unit(expanded[0] or "", expanded[1] or "", fact.kind)
        return expanded

    def _single(self, said: Sentence, texts: tuple[str, ...], operand: str, word: ScalarNode) -> bool:
        if len(texts) == 1 or said.phrase in {Phrase.ONE_OF, Phrase.NONE_OF}:
            return True
        self.reading.problems.add(
            BAD_VALUE,
            word.span,
            Said(f'"{operand}" is a list', f"“{operand}”是列表"),
            expected=Said("one value", "单个值"),
            suggestion=Said(f'did you mean "one of {operand}"?', f"是否指“属于 {operand}”？"),
        )
        return False

    def _wanted(self, fact: FactDef, said: Sentence) -> ValueType:
        currency = self.reading.currency
        if said.phrase is Phrase.WITHIN:
            return ValueType(Kind.DAYS, currency, minimum=0, maximum=366)
        if said.phrase in GROWTH:
            return ValueType(Kind.PERCENT, currency, minimum=0)
        return ValueType(fact.kind, currency, fact.choices, fact.minimum, fact.maximum)

    def _checked(self, fact: FactDef, leaf: Leaf, word: ScalarNode) -> bool:
        problems = self.reading.problems
        if leaf.phrase is Phrase.BETWEEN and _backwards(leaf):
            backwards = Said("the range ends before it begins", "范围的终点小于起点")
            expected = Said("the smaller value first", "较小的值在前")
            problems.add(OUT_OF_RANGE, word.span, backwards, expected=expected)
            return False
        if leaf.phrase in {Phrase.ONE_OF, Phrase.NONE_OF} and not leaf.values:
            expected = Said("at least one value", "至少一个值")
            problems.add(BAD_VALUE, word.span, Said("the list is empty", "列表为空"), expected=expected)
            return False
        if leaf.phrase is Phrase.CHANGED and fact.kind is Kind.TEXTS and leaf.values != (None, None):
            whole = Said("a list of texts changes as a whole", "多个文字只能作为整体变化")
            problems.add(PHRASE_MISFIT, word.span, whole, suggestion=write("changed"))
            return False
        return leaf.entry is None or self._known_entry(fact, leaf.entry, word)

    def _known_entry(self, fact: FactDef, entry: str, word: ScalarNode) -> bool:
        calendar = self.calendars.get(fact.name)
        if calendar is None:
            said = Said(f'"{fact.name}" is one date and has no entries', f"“{fact.name}”是单个日期，没有条目")
            hint = Said(f'leave out "{entry}"', f"去掉“{entry}”")
            self.reading.problems.add(PHRASE_MISFIT, word.span, said, suggestion=hint)
            return False
        titles = {period.name: period.title for period in calendar.periods}
        if entry in titles:
            return True
        near = did_you_mean(entry, titles, titles)
        said = Said(f'calendar "{fact.name}" has no entry "{entry}"', f"日历“{fact.name}”中没有条目“{entry}”")
        self.reading.problems.add(UNKNOWN_NAME, word.span, said, suggestion=near)
        return False


def _backwards(leaf: Leaf) -> bool:
    low, high = leaf.values
    return isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high


def _borrow_unit(first: str, second: str, kind: Kind) -> str:
    """``between 3 and 5 days`` says days of both."""
    if (
        kind not in {Kind.AMOUNT, Kind.DAYS, Kind.PERCENT}
        or not first.replace(".", "").replace("-", "").isdigit()
    ):
        return first
    unit = second.lstrip("-+0123456789.").strip()
    return f"{first} {unit}" if unit else first


def one_of_phrases(allowed: Collection[Phrase]) -> Said:
    """One of the phrases, in the order of the reference."""
    names = [phrase_named(phrase) for phrase in Phrase if phrase in allowed]
    return Said(one_of(name.en for name in names).en, one_of(name.zh for name in names).zh)


def _example(fact: FactDef, currency: str) -> Said:
    if fact.source is FactSource.CALENDAR or fact.kind in _DATED:
        return Said("within 7 days before", "前 7 天内")
    if fact.kind.is_numeric:
        return Said("at least ", "至少 ") + unit_example(fact.kind, currency)
    value = "true" if fact.kind is Kind.BOOLEAN else next(iter(fact.choices), "…")
    return Said(f"is {value}", f"是 {value}")


def _nearest_phrase(text: str, fact: FactDef) -> Said:
    """What was probably meant: another wording, a misspelt phrase, or a value alone."""
    found = _other_wording(text) or _misspelt(text)
    if found is None:
        alone = text in fact.choices or not fact.kind.is_numeric
        found = f"is {text}" if alone else f"at least {text}"
    return meant(found)


def _splits(text: str) -> Iterator[tuple[str, str]]:
    """The first three, two and one words, each with the rest."""
    words = text.split()
    for count in range(min(3, len(words)), 0, -1):
        yield " ".join(words[:count]), " ".join(words[count:])


def _other_wording(text: str) -> str | None:
    found = ((_NEAR.get(head.casefold()), rest) for head, rest in _splits(text))
    return next((f"{phrase} {rest}".strip() for phrase, rest in found if phrase), None)


def _misspelt(text: str) -> str | None:
    found = ((nearest(head, _STARTS), rest) for head, rest in _splits(text) if rest)
    return next((f"{phrase} {rest}" for phrase, rest in found if phrase), None)
