"""What a phrase is called in Chinese where its values are left out. Pure."""

from shared.model.conditions import Phrase
from shared.policy.phrases.grammar import FORMS
from shared.policy.said import Said

_CHINESE = {
    **{form.phrase: form.chinese[0].partition(" <")[0] for form in reversed(FORMS)},
    Phrase.CHANGED: "有变化",
    Phrase.WITHIN: "前后若干天内",
}


def phrase_name(phrase: Phrase) -> str:
    """The phrase as rule files say it in Chinese, without its threshold."""
    return _CHINESE[phrase]


def phrase_named(phrase: Phrase) -> Said:
    """The phrase; Chinese readers see both spellings, because a rule file may have either."""
    return Said(phrase.value, f"{phrase_name(phrase)}（{phrase.value}）")
