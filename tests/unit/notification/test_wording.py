from services.notification.wording import render


def test_words_may_have_their_own_languages() -> None:
    template = {"en": "{customer}: {title}", "zh": "{customer}：{title}"}

    assert render(template, {"customer": "c1", "title": {"en": "Call", "zh": "致电"}}) == {
        "en": "c1: Call",
        "zh": "c1：致电",
    }


def test_braces_that_name_nothing_stay_harmless() -> None:
    assert render({"en": "{unknown} {0} {customer.__class__} {{customer}}"}, {"customer": "c1"}) == {
        "en": "– {0} – {c1}"
    }
