""" "Did you mean": the nearest known name to a misspelt one. Pure."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches

from shared.model.values import Text, in_language

_CUTOFF = 0.6
_MOST_LISTED = 8


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


def did_you_mean(name: str, known: Iterable[str], titles: Mapping[str, Text] | None = None) -> str:
    """A suggestion for *name*, with the title of what is suggested; empty when nothing is near."""
    found = nearest(name, known)
    if found is None:
        return ""
    title = in_language((titles or {}).get(found, {}), "en")
    return f'did you mean "{found}" ({title})?' if title else f'did you mean "{found}"?'


def listed(names: Iterable[str]) -> str:
    """Name what there is to choose from, shortened when it is much."""
    ordered = list(names)
    text = ", ".join(ordered[:_MOST_LISTED])
    return f"{text}, …" if len(ordered) > _MOST_LISTED else text or "none is declared"
