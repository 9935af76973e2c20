""" "Did you mean": the nearest known name to a misspelt one. Pure."""

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from shared.policy.model.values import Text, in_language

_CUTOFF = 0.6
_MOST_LISTED = 8


def nearest(name: str, known: Iterable[str]) -> str | None:
    """Return the known name most like *name*, if one is like it at all."""
    names = sorted(set(known))
    folded = {candidate.casefold().replace("-", "_"): candidate for candidate in names}
    found = get_close_matches(name.casefold().replace("-", "_"), list(folded), n=1, cutoff=_CUTOFF)
    return folded[found[0]] if found else None


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
