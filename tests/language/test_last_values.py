"""`last` over a field of any type: the fact has the field's choices, and is as personal as the field."""

from shared.model.values import Kind
from shared.policy.release import build
from tests.language.bundles import default_sources, edited, problems_of

_METRIC = """metrics:

  last_channel:
    last: {contact.made: channel}
    window: lifetime
    title: {en: Channel of the last contact}

  last_kind:
    last: {credit.news: kind}
    window: lifetime
    title: {en: Latest news}

  last_note:
    last: {contact.made: note}
    window: lifetime
    title: {en: What was noted last}
"""


def test_the_latest_value_of_a_choice_has_its_choices() -> None:
    built = build(edited("metrics.yaml", ("metrics:\n", _METRIC)))

    assert built.bundle is not None
    kind = built.bundle.facts["last_kind"]
    assert (kind.kind, kind.choices[:2]) == (Kind.CHOICE, ("downgrade", "lawsuit"))


def test_the_latest_value_of_a_personal_field_is_personal() -> None:
    built = build(edited("metrics.yaml", ("metrics:\n", _METRIC)))

    assert built.bundle is not None
    assert built.bundle.facts["last_note"].personal
    assert not built.bundle.facts["last_channel"].personal


def test_a_value_that_is_no_choice_of_the_field_is_found() -> None:
    rules = default_sources().files["policies/review.yaml"]
    sources = edited("metrics.yaml", ("metrics:\n", _METRIC))
    wrong = rules.replace("file_missing_count: at least 1", "last_kind: is downgraded")
    files = {**sources.files, "policies/review.yaml": wrong}

    (problem,) = problems_of(type(sources)(files, "rules"))

    assert "downgraded" in problem.message
