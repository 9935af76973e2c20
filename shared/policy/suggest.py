""" "Did you mean": the nearest known name to a misspelt one. Pure."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches

from shared.model.values import Text, in_language
from shared.policy.said import SILENCE, Said

_CUTOFF = 0.6


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like *name*, if one is like it at all."""
    names = sorted(set(known))
    folded = {_fold(candidate): candidate for candidate in names}
    written = _fold(name)
    found = get_close_matches(written, list(folded), n=5, cutoff=_CUTOFF)
    return folded[max(found, key=lambda candidate: _likeness(written, candidate))] if found else None


def _fold(name: str) -> str:
    return name.casefold().replace("-", "_")


def _likeness(written: str, candidate: str) -> tuple[bool, float, bool]:
    """Swapped letters are the likeliest slip; the first letter is seldom wrong."""
    ratio = SequenceMatcher(None, candidate, written).ratio()
    return sorted(written) == sorted(candidate), ratio, written[:1] == candidate[:1]


def did_you_mean(name: str, known: Iterable[str], titles: Mapping[str, Text] | None = None) -> Said:
    """A suggestion for *name*, with the title of what is suggested; silence when nothing is near."""
    found = nearest(name, known)
    if found is None:
        return SILENCE
    title = (titles or {}).get(found, {})
    english, chinese = in_language(title, "en"), in_language(title, "zh")
    return meant(found, Said(english and f" ({english})", chinese and f"（{chinese}）"))


def meant(found: str, called: Said = SILENCE) -> Said:
    """Ask whether *found* was meant; *called* stands behind it."""
    return Said(f'did you mean "{found}"{called.en}?', f"是否指“{found}”{called.zh}？")
