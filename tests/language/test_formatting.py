"""Formatting: one layout, comments kept, nothing said differently."""

import pytest

from shared.model.rules import PolicyDef
from shared.policy.formatting import UnformattableError, format_text
from shared.policy.release import build
from tests.language.bundles import changed, default_bundle, default_sources

UNTIDY = """\
# about this policy
policy:   membership
owner: 'crm'
rules:
- id: promote-core     # permanent
  title: {en: Becomes a core customer,   zh: 升为核心客户}
  when:
        all:
        # not yet a member
        - tier: is none
        - score: at least 010
        - country: is NO


  for: 12:30
  then:
  - change_tier: {to: core}
"""
TIDY = """\
# about this policy
policy: membership
owner: 'crm'
rules:
  - id: promote-core   # permanent
    title: {en: Becomes a core customer, zh: 升为核心客户}
    when:
      all:
        # not yet a member
        - tier: is none
        - score: at least 010
        - country: is NO

    for: 12:30
    then:
      - change_tier: {to: core}
"""


def test_an_untidy_file_becomes_tidy_with_its_comments() -> None:
    assert format_text(UNTIDY) == TIDY


@pytest.mark.parametrize("path", sorted(default_sources().files))
def test_the_default_bundle_is_formatted_and_formatting_twice_changes_nothing(path: str) -> None:
    text = default_sources().files[path]

    assert format_text(text) == text


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_rewriting_phrases_in_a_language_keeps_meaning_and_comments(language: str) -> None:
    facts, files = default_bundle().facts, default_sources().files
    paths = [path for path in files if path.startswith("policies/")]

    rewritten = {path: format_text(files[path], facts, language) for path in paths}

    assert policies(rewritten) == default_bundle().policies
    for path in paths:
        assert format_text(rewritten[path], facts, language) == rewritten[path]
        assert comments(rewritten[path]) == comments(files[path])


@pytest.mark.slow
def test_chinese_and_back_to_english_is_what_it_was() -> None:
    facts, files = default_bundle().facts, default_sources().files
    for path in (path for path in files if path.startswith("policies/")):
        chinese = format_text(files[path], facts, "zh")

        assert format_text(chinese, facts, "en").split() == format_text(files[path], facts, "en").split()


def test_a_block_text_keeps_its_empty_lines() -> None:
    text = "body: |\n  one\n\n\n  two\n"

    assert format_text(text) == text


def test_what_is_no_yaml_is_not_formatted() -> None:
    with pytest.raises(UnformattableError, match="1:"):
        format_text("a: b: c\n")


def policies(files: dict[str, str]) -> tuple[PolicyDef, ...]:
    bundle = build(changed(dict(files))).bundle
    assert bundle is not None
    return bundle.policies


def comments(text: str) -> list[str]:
    return [line.partition("#")[2].strip() for line in text.splitlines() if "#" in line]
