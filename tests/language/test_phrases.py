"""Phrases say the same in English and Chinese, and are read back as they were written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.conditions import Leaf, Phrase, Side
from shared.model.rules import Bundle, FactDef, FactSource
from shared.model.values import Kind, Value
from shared.policy.documents.phrasing import Phrasing, phrases_for
from shared.policy.nodes import ScalarNode, Span
from shared.policy.phrases import Sentence, parse, write
from shared.policy.phrases.grammar import FORMS
from shared.policy.problems import Problems
from shared.policy.reading import Reading
from shared.policy.words import Speaker
from tests.language.bundles import default_bundle

LANGUAGES = ("en", "zh")
TEXTS = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), min_size=1, max_size=12
).filter(lambda text: text == " ".join(text.split()))
CHOICES = ("none", "core", "important", "not-known")


def facts() -> st.SearchStrategy[FactDef]:
    numeric = [
        FactDef("amount", Kind.AMOUNT, FactSource.METRIC, {"en": "A"}, compare=True),
        FactDef("share", Kind.PERCENT, FactSource.METRIC, {"en": "S"}, minimum=0, maximum=100),
        FactDef("days", Kind.DAYS, FactSource.METRIC, {"en": "D"}, minimum=0),
        FactDef("orders", Kind.INTEGER, FactSource.METRIC, {"en": "O"}, minimum=0),
        FactDef("score", Kind.NUMBER, FactSource.SCORE, {"en": "N"}),
    ]
    plain = [
        FactDef("tier", Kind.CHOICE, FactSource.POLICY, {"en": "T"}, CHOICES),
        FactDef("country", Kind.TEXT, FactSource.PROFILE, {"en": "C"}),
        FactDef("vip", Kind.BOOLEAN, FactSource.PROFILE, {"en": "V"}),
        FactDef("birthday", Kind.MONTH_DAY, FactSource.PROFILE, {"en": "B"}),
        FactDef("holidays", Kind.DATE, FactSource.CALENDAR, {"en": "H"}),
    ]
    return st.sampled_from([*numeric, *plain])


def values_of(fact: FactDef) -> st.SearchStrategy[Value]:
    decimals = st.integers(0, 10_000).map(lambda cents: cents // 100 if cents % 100 == 0 else cents / 100)
    return {
        Kind.AMOUNT: st.integers(0, 10**9),
        Kind.PERCENT: decimals,
        Kind.DAYS: st.integers(0, 4000),
        Kind.INTEGER: st.integers(0, 10**6),
        Kind.NUMBER: decimals,
        Kind.CHOICE: st.sampled_from(CHOICES),
        Kind.TEXT: TEXTS,
        Kind.BOOLEAN: st.booleans(),
        Kind.MONTH_DAY: st.dates().map(lambda day: day.isoformat()[5:]),
        Kind.DATE: st.dates().map(lambda day: day.isoformat()),
    }[fact.kind]


@st.composite
def leaves(draw: st.DrawFn) -> tuple[FactDef, Leaf]:
    fact = draw(facts())
    phrase = draw(st.sampled_from(sorted(phrases_for(fact), key=lambda item: item.value)))
    value = values_of(fact)
    if phrase is Phrase.WITHIN:
        side = draw(st.sampled_from(Side))
        return fact, Leaf(fact.name, phrase, (draw(st.integers(0, 366)),), side)
    if phrase in {Phrase.ONE_OF, Phrase.NONE_OF}:
        return fact, Leaf(fact.name, phrase, tuple(draw(st.lists(value, min_size=1, max_size=4))))
    if phrase in {Phrase.KNOWN, Phrase.MISSING}:
        return fact, Leaf(fact.name, phrase)
    if phrase is Phrase.CHANGED:
        return fact, Leaf(fact.name, phrase, (draw(st.none() | value), draw(st.none() | value)))
    if phrase is Phrase.BETWEEN:
        return fact, Leaf(fact.name, phrase, tuple(sorted((draw(value), draw(value)))))  # type: ignore[type-var]
    if phrase in {Phrase.ROSE, Phrase.FELL}:
        return fact, Leaf(fact.name, phrase, (draw(st.integers(0, 500)),))
    return fact, Leaf(fact.name, phrase, (draw(value),))


def bundle_with(fact: FactDef) -> Bundle:
    base = default_bundle()
    return Bundle("test", "", base.catalogue, {fact.name: fact}, (), base.notifications)


def read(text: str, fact: FactDef) -> Leaf | None:
    problems = Problems()
    leaf = Phrasing(Reading(problems, currency="GBP"), {}).leaf(fact, ScalarNode(text, Span("f")))
    assert leaf is not None, [str(problem) for problem in problems.sorted()]
    return leaf


@given(leaves())
def test_a_leaf_written_in_either_language_is_read_back_the_same(case: tuple[FactDef, Leaf]) -> None:
    fact, leaf = case
    for language in LANGUAGES:
        phrase = Speaker(bundle_with(fact), language).leaf(leaf).partition("  ")[2]

        assert read(phrase, fact) == leaf, phrase


@given(leaves(), st.permutations(LANGUAGES))
def test_translating_there_and_back_changes_nothing(case: tuple[FactDef, Leaf], languages: list[str]) -> None:
    fact, leaf = case
    first, second = languages
    phrase = Speaker(bundle_with(fact), first).leaf(leaf).partition("  ")[2]

    there = write(parse(phrase) or Sentence(Phrase.KNOWN), second, fact.kind)
    back = write(parse(there) or Sentence(Phrase.KNOWN), first, fact.kind)

    assert read(there, fact) == leaf
    assert back == phrase


@pytest.mark.parametrize(
    ("chinese", "english"),
    [
        ("至少5000元", "at least 5000 CNY"),
        ("低于 60", "less than 60"),
        ("少于3", "less than 3"),
        ("超过 30天", "more than 30 days"),
        ("至多百分之20", "at most 20 percent"),
        ("是 core", "is core"),
        ("不是core", "is not core"),
        ("介于 3 天和 5 天之间", "between 3 days and 5 days"),
        ("属于 [a、b]", "one of [a, b]"),
        ("不属于 $places", "none of $places"),
        ("已知", "is known"),
        ("缺失", "is missing"),
        ("变为 core", "changed to core"),
        ("从 none 变为 core", "changed from none to core"),
        ("不再是 core", "changed from core"),
        ("前7天内", "within 7 days before"),
        ("christmas 后 3 天内", "within 3 days after christmas"),
        ("前后 3 天内", "within 3 days of"),
        ("上升至少 20%", "rose by at least 20 percent"),
        ("下降至少百分之 15", "fell by at least 15 percent"),
    ],
)
def test_chinese_phrases_mean_their_english_equals(chinese: str, english: str) -> None:
    sentence = parse(chinese)
    kind = {"CNY": Kind.AMOUNT, "days": Kind.DAYS, "percent": Kind.PERCENT}.get(
        english.rsplit(maxsplit=1)[-1], Kind.TEXT
    )

    assert sentence is not None
    assert write(sentence, "en", kind) == english


def test_the_first_wording_of_every_form_is_read_as_that_form() -> None:
    for form in FORMS:
        for pattern in (*form.english, *form.chinese):
            text = (
                pattern.replace("<A>", "3").replace("<B>", "4").replace("<L>", "[3]").replace("<N>", "5 days")
            )
            sentence = parse(text.replace("<E>", "easter"))

            assert sentence is not None
            assert (sentence.phrase, sentence.side) == (form.phrase, form.side)


@given(TEXTS)
def test_whatever_is_written_reading_a_phrase_never_fails(text: str) -> None:
    parse(text)
