"""What events.yaml asks of customers' files, and the facts and words that come of it."""

import pytest

from shared.model.values import Kind
from shared.policy.evaluation.wording import render
from shared.policy.release import build
from tests.language.bundles import default_bundle, edited

PHONE = "phone: {type: text, personal: true, wanted: true, stale_after: 365 days,"
PRODUCT = "product: {type: text, "
NAMED = "fields: {type: texts, title: {en: What was found right, zh: 核对无误的项目}}"


def problem(path: str, before: str, after: str) -> str:
    (found,) = [each for each in build(edited(path, (before, after))).problems if each.severity == "error"]
    return f"{found.code} {found.message}"


def test_facts_tell_what_may_be_missing_and_what_may_be_stale() -> None:
    facts = default_bundle().facts

    assert facts["file_missing_fields"].choices == ("birthday", "phone", "owner")
    assert facts["file_missing_count"].maximum == 3
    assert {"phone", "owner", "credit_rating"} <= set(facts["file_stale_fields"].choices)
    assert not {"name", "birthday"} & set(facts["file_stale_fields"].choices)
    assert facts["file_stale_fields"].kind is Kind.TEXTS


def test_fields_are_named_in_the_words_of_each_language() -> None:
    text = {"en": "Confirm: {file_stale_fields}", "zh": "核对：{file_stale_fields}"}

    told = render(text, {"file_stale_fields": ("phone", "owner")}, default_bundle())

    assert told == {"en": "Confirm: Phone, Account manager", "zh": "核对：电话、客户经理"}


def test_no_field_at_all_is_said_as_nothing() -> None:
    text = {"en": "{file_stale_fields}", "zh": "{file_stale_fields}"}

    assert render(text, {"file_stale_fields": ()}, default_bundle()) == {"en": "nothing", "zh": "无"}


def test_a_confirmation_may_name_the_fields_of_the_profile() -> None:
    named = default_bundle().catalogue.events["file.confirmed"].fields["fields"]

    assert named.choices == tuple(default_bundle().catalogue.events["customer.updated"].fields)


@pytest.mark.parametrize(
    ("path", "before", "after", "told"),
    [
        (
            "events.yaml", PHONE, PHONE.replace("365 days", "365"),
            'E207 "365" has no unit',
        ),
        (
            "events.yaml", PHONE, PHONE.replace("365 days", "0 days"),
            'E209 "0 days" is out of range',
        ),
        (
            "events.yaml", PRODUCT,
            PRODUCT + "stale_after: 30 days, ",
            'E208 "stale_after" is for fields of the customer\'s profile',
        ),
        (
            "events.yaml", PRODUCT,
            PRODUCT + "wanted: true, ",
            'E208 "wanted" is for fields of the customer\'s profile',
        ),
        (
            "events.yaml", NAMED, NAMED.replace("texts", "text"),
            'E208 "fields" names what was found right',
        ),
        (
            "policies/review.yaml", "file_stale_count: at least 1", "file_stale_count: at least 99",
            'E209 "99" is out of range',
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_of_a_file_is_told(path: str, before: str, after: str, told: str) -> None:
    assert problem(path, before, after).startswith(told)


def test_a_field_of_the_name_of_a_fact_of_the_file_is_refused() -> None:
    sources = edited("events.yaml", ("      email: {", "      file_stale_count: {"))

    assert "E212" in [each.code for each in build(sources).problems]
