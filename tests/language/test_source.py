"""YAML 1.2 into positioned nodes: values stay what they look like, faults are told at their place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.policy.nodes import ListNode, MapNode, ScalarNode
from shared.policy.problems import Problems, to_human
from shared.policy.source import MOST_DEPTH, read_yaml


def read(text: str) -> tuple[MapNode, list[str]]:
    problems = Problems()
    node = read_yaml("f.yaml", text, problems)
    assert isinstance(node, MapNode)
    return node, [problem.code for problem in problems.sorted()]


@pytest.mark.parametrize(
    "value", ["on", "NO", "yes", "12:30", "010", "1_000", "1e3", "0x1F", "2010-12-24", "5.0"]
)
def test_a_value_stays_the_text_it_looks_like(value: str) -> None:
    node, codes = read(f"key: {value}\n")

    found = node.get("key")
    assert isinstance(found, ScalarNode)
    assert (found.text, codes) == (value, [])


def test_every_key_and_value_knows_its_line_and_column() -> None:
    node, _ = read("# comment\nwhen:\n  all:\n    - 总分: 至少 5\n")

    group = node.get("when")
    assert isinstance(group, MapNode)
    items = group.get("all")
    assert isinstance(items, ListNode)
    leaf = items.items[0]
    assert isinstance(leaf, MapNode)
    key, value = leaf.entries[0]
    assert (key.span.line, key.span.column, key.span.length) == (4, 7, 2)
    assert (value.span.line, value.span.column, value.span.length) == (4, 11, 4)


def test_the_caret_stands_under_the_fault_after_chinese_characters() -> None:
    problems = Problems()
    text = "重要: &x 1\n"
    read_yaml("f.yaml", text, problems)

    lines = to_human(problems.sorted(), {"f.yaml": text}).splitlines()

    assert lines[1] == "     1 | 重要: &x 1"
    assert lines[2] == " " * (9 + 4 + 2) + "^^"


def test_a_file_with_several_signs_is_read_to_its_end() -> None:
    node, codes = read("a: >= 5\nb: {c: > 3, d: != 4}\ne: 1\ne: 2\n")

    assert codes == ["E109", "E109", "E109", "E105"]
    assert node.get("e") is not None


def test_an_alias_of_a_plain_value_stands_for_it() -> None:
    node, codes = read("a: &x 5\nb: *x\n")

    found = node.get("b")
    assert isinstance(found, ScalarNode)
    assert (found.text, codes) == ("5", ["E106", "E106"])


def test_aliases_of_aliases_do_not_blow_up() -> None:
    layers = "".join(f"k{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
    problems = Problems()

    assert read_yaml("f.yaml", f"k0: &a0 x\n{layers}", problems) is None
    assert {problem.code for problem in problems.sorted()} == {"E106"}


def test_deep_nesting_is_refused_before_it_hurts() -> None:
    problems = Problems()
    depth = MOST_DEPTH + 500

    assert read_yaml("f.yaml", "a: " + "[" * depth + "]" * depth + "\n", problems) is None
    assert [problem.code for problem in problems.sorted()] == ["E102"]


def test_a_byte_order_mark_and_windows_line_ends_are_no_problem() -> None:
    node, codes = read("\ufeffa: 1\r\nb: 2\r\n")

    assert ([key.text for key, _ in node.entries], codes) == (["a", "b"], [])


@given(st.text(st.sampled_from("ab:- \n\t[]{}&*!>|'\"#?,%@`=\x00\ud7ff"), max_size=40))
def test_whatever_stands_in_a_file_reading_it_tells_problems_and_never_fails(text: str) -> None:
    problems = Problems()

    node = read_yaml("f.yaml", text, problems)

    assert node is not None or problems.has_errors
