"""The policy reference and the page on notifications, in both editions: complete, with valid examples."""

import re
from pathlib import Path
from textwrap import indent

import pytest

from shared.policy import shapes
from shared.policy.phrases.grammar import FORMS
from shared.policy.release import Sources, build, load_directory
from shared.policy.shapes import Shape

HERE = Path(__file__).parent
DOCS = HERE.parents[1] / "docs"
BASE = load_directory(HERE / "small")
PAGES = {
    name: (DOCS / name).read_text(encoding="utf-8")
    for name in (
        *("policy-reference.md", "policy-reference.zh-CN.md"),
        *("notifications.md", "notifications.zh-CN.md"),
    )
}
REFERENCES = pytest.mark.parametrize("page", ["policy-reference.md", "policy-reference.zh-CN.md"])
SHAPES = [value for value in vars(shapes).values() if isinstance(value, Shape)]
MORE_FACTS = """
  churn_danger: {type: choice, values: [high, medium, low], title: {en: Churn danger}}
  credit_danger: {type: choice, values: [high, low], title: {en: Credit danger}}
"""
MORE_METRICS = "  referrals_365d: {count: [purchase], window: 365 days, title: {en: Referrals}}\n"
STUB = """  - id: try
    title: {en: Try}
    when: {score: at least 5}
    then:
      - notify: demotion-warning
"""


@REFERENCES
@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_every_key_is_named_in_the_reference(page: str, shape: Shape) -> None:
    missing = [name for name in shape.names if not re.search(rf"\b{re.escape(name)}\b", PAGES[page])]

    assert missing == []


@REFERENCES
def test_the_table_of_phrases_has_every_form_in_both_languages(page: str) -> None:
    table = PAGES[page].partition("<!-- phrases -->")[2].partition("<!-- /phrases -->")[0]
    told = set(re.findall(r"`([^`]+)`", table))

    for form in FORMS:
        for pattern in (*form.english, *form.chinese):
            said = pattern.replace("<L>", "[A, B]").replace("<", "").replace(">", "")
            assert said in told, said


@REFERENCES
@pytest.mark.parametrize("action", shapes.ACTIONS)
def test_every_action_is_shown_in_the_reference(page: str, action: str) -> None:
    assert f"`{action}:" in PAGES[page]


def bundle_with(place: str, text: str) -> Sources:
    """The small bundle with an example in its place: a whole file, a rule, or a part of a rule."""
    files = dict(BASE.files)
    files["policy.yaml"] = files["policy.yaml"].replace("\ngroups:", f"{MORE_FACTS}groups:")
    files["metrics.yaml"] += MORE_METRICS
    if place.startswith("policies/"):
        rule = re.search(r"- id: (\S+)", text)
        assert rule is not None
        rest = re.sub(rf"  - id: {rule[1]}\n(?:    .*\n)+", "", files[place])
        files[place] = rest + indent(text, "  ")
    elif place == "rule":
        files["policies/membership.yaml"] += STUB + indent(text, "    ")
    else:
        files[place] = text
    return Sources(files, "rules")


@pytest.mark.parametrize("page", PAGES)
def test_its_examples_pass_the_checks(page: str) -> None:
    examples = re.findall(r"^```yaml (\S+)\n(.*?)^```", PAGES[page], flags=re.MULTILINE | re.DOTALL)

    assert examples
    for place, text in examples:
        assert [str(problem) for problem in build(bundle_with(place, text)).problems] == []


@pytest.mark.parametrize("page", ["policy-reference", "notifications"])
def test_the_chinese_edition_names_all_that_the_english_one_does(page: str) -> None:
    english, chinese = PAGES[f"{page}.md"], PAGES[f"{page}.zh-CN.md"]
    names = set(re.findall(r"`([a-z][\w./-]*)`", english))

    assert {name for name in names if name not in chinese} == set()
    for level in ("\n## ", "\n### ", "\n```", "\n| `"):
        assert english.count(level) == chinese.count(level), level
