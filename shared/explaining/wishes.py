"""What people suppose in a what-if: ``fact=value`` with the units of rule files, checked and typed. Pure."""

from collections.abc import Iterable, Mapping

from shared.errors import RefusedError
from shared.model.rules import Bundle, FactDef, FactSource
from shared.model.values import FactValue, Kind
from shared.policy.evaluation.context import DAYS_IN_TIER
from shared.policy.quantities import FaultyValueError, ValueType, parse_value
from shared.policy.suggest import did_you_mean

UNKNOWN = frozenset({"", "unknown", "未知"})
"""Written for a fact that is supposed not to be known."""

_WORKED_OUT = frozenset({"entitlements", DAYS_IN_TIER})


class WishError(RefusedError):
    """A supposed fact that cannot be taken; the message says what may be written."""

    code = "what-if"


def parse_wishes(written: Iterable[str], bundle: Bundle) -> dict[str, FactValue]:
    """Read ``fact=value`` texts; raises `WishError` for the first that cannot be taken."""
    pairs = (text.partition("=") for text in written)
    return wishes({name.strip(): value for name, _, value in pairs}, bundle)


def wishes(written: Mapping[str, str], bundle: Bundle) -> dict[str, FactValue]:
    """Read values by fact; a list is written with commas."""
    return {name: _value(name, text.strip(), bundle) for name, text in written.items()}


def _value(name: str, text: str, bundle: Bundle) -> FactValue:
    fact = _fact(name, bundle)
    if text in UNKNOWN:
        return None
    wanted = ValueType(fact.kind, bundle.catalogue.currency, fact.choices, fact.minimum, fact.maximum)
    try:
        if fact.kind is Kind.TEXTS:
            return tuple(sorted(str(parse_value(each, wanted)) for each in text.split(",")))
        return parse_value(text, wanted)
    except FaultyValueError as error:
        hints = "; ".join(hint.en for hint in (error.expected, error.suggestion) if hint)
        raise WishError(f"{name}: {error.message}; expected {hints}", pointer=f"/facts/{name}") from error


def _fact(name: str, bundle: Bundle) -> FactDef:
    fact = bundle.facts.get(name)
    if fact is None:
        hint = did_you_mean(name, list(bundle.facts))
        raise WishError(f'unknown fact "{name}"; {hint or "see `guanxi rules show facts`"}', pointer="/facts")
    if fact.source is FactSource.CALENDAR or name in _WORKED_OUT:
        raise WishError(f'"{name}" follows from other facts; suppose those', pointer=f"/facts/{name}")
    return fact
