"""What rules would do together: rules of one group meet or not, and guards end what they guard."""

import pytest

from shared.policy.release import Sources, build, load_directory
from tests.language.test_broken_files import BASE, HERE


@pytest.mark.parametrize(
    ("one", "other", "proved"),
    [
        ("tier: is none", "tier: is core", True),
        ("score: at least 60", "score: less than 60", True),
        ("score: at least 60", "score: at most 60", False),
        ("tier: one of [none, core]", "tier: is core", False),
        ("birthday: is missing", "birthday: within 7 days before", True),
    ],
)
def test_rules_of_one_group_need_priorities_only_if_they_can_meet(one: str, other: str, proved: bool) -> None:
    rules = "".join(
        f"""  - id: rule-{index}
    title: {{en: Rule}}
    when:
      {leaf}
    then:
      - notify: demotion-warning
    conflict_group: greetings
"""
        for index, leaf in enumerate((one, other))
    )
    path = "policies/membership.yaml"

    found = {
        problem.code for problem in build(Sources({**BASE.files, path: BASE.files[path] + rules})).problems
    }

    assert found == set() if proved else "E311" in found


def test_a_guard_that_the_new_value_ends_is_no_feedback() -> None:
    small = load_directory(HERE / "small")

    assert build(small).problems == []
