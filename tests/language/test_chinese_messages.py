"""What is wrong with rule files is told in Chinese as exactly as in English: every code with every value."""

import re
from collections.abc import Iterator

import pytest

from shared.model.conditions import Phrase
from shared.policy import shapes
from shared.policy.codes import REGISTRY
from shared.policy.problems import Problem
from shared.policy.release import Sources, build
from shared.policy.shape_words import ABOUT, NAMES
from shared.policy.shapes import Key, Shape
from shared.policy.testing import shapes as test_shapes
from tests.language.test_broken_files import CASES, broken
from tests.language.test_errors_page import BASE, TODAY, sections

QUOTED = re.compile(r'"([^"]*)"')
NUMBER = re.compile(r"\d+(?:[.,:-]\d+)*")
PHRASES = "|".join(phrase.value for phrase in Phrase)
AS_WRITTEN = re.compile(rf"“[^”]*”|`[^`]*`|\{{[^}}]*\}}|\[[^\]]*\]|（(?:{PHRASES})）|\w+ \w+(?: → \w+)+")
"""What rule files call things: quoted, in brackets, a phrase behind its name, a fact and its course."""

SENTENCE = re.compile(r"[A-Za-z]{2,}(?: [A-Za-z]{2,})+")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAID_IN_CHINESE = re.compile(rf"\b(?:{PHRASES}|within|every|days?|GBP|percent|in|lifetime|business)\b")
"""Phrases and units, which Chinese rule files write otherwise."""


def wrong_examples() -> Iterator[tuple[str, list[Problem]]]:
    for section in sections():
        _, file, text = section.examples[0]
        whole = BASE.files[file] + text if text.startswith((" ", "\t")) else text
        yield section.code, build(Sources({**BASE.files, file: whole}, "rules"), TODAY).problems
    for case in CASES:
        yield case.stem, build(broken(case)).problems


FOUND = dict(wrong_examples())


def pairs(problem: Problem) -> Iterator[tuple[str, str]]:
    yield problem.message, problem.chinese.message
    yield problem.expected, problem.chinese.expected
    yield problem.suggestion, problem.chinese.suggestion


def test_every_code_is_provoked() -> None:
    assert {problem.code for problems in FOUND.values() for problem in problems} == set(REGISTRY)


@pytest.mark.parametrize("name", FOUND)
def test_what_is_said_in_english_is_said_in_chinese_with_the_same_values(name: str) -> None:
    for problem in FOUND[name]:
        assert CHINESE.search(problem.chinese.message), problem
        for english, chinese in pairs(problem):
            assert bool(english) == bool(chinese), (english, chinese)
            values = {value for value in QUOTED.findall(english) if not SAID_IN_CHINESE.search(value)}
            assert {value for value in values if value not in chinese} == set(), (english, chinese)
            assert not set(NUMBER.findall(english)) - set(NUMBER.findall(chinese)), (english, chinese)


@pytest.mark.parametrize("name", FOUND)
def test_no_english_sentence_stands_in_the_chinese(name: str) -> None:
    for problem in FOUND[name]:
        for _, chinese in pairs(problem):
            assert SENTENCE.findall(AS_WRITTEN.sub("", chinese)) == [], chinese


def declared() -> tuple[list[Shape], list[Key]]:
    values = [value for module in (shapes, test_shapes) for value in vars(module).values()]
    kinds = [value for value in values if isinstance(value, Shape)]
    keys = [key for shape in kinds for key in shape.keys]
    return kinds, [*keys, *shapes.ACTIONS.values(), *test_shapes.ORDERS, *shapes.AGGREGATES]


def test_every_part_of_a_file_and_every_key_has_chinese_words_and_no_word_is_left_over() -> None:
    kinds, keys = declared()

    assert {shape.name for shape in kinds} == set(NAMES)
    assert {key.about for key in keys} == set(ABOUT)
