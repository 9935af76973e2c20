"""What differs between two releases, as far as it may decide anything: rules and measured facts. Pure."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from shared.model.rules import Bundle, FactSource, RuleDef, deciding

ADDED, REMOVED, EDITED, MOVED = "added", "removed", "edited", "moved"


@dataclass(frozen=True, slots=True)
class Changes:
    """*rules* by id: added, removed, edited or (to another place in the order) moved.

    *facts*: those whose value may differ on the same events, each with the one, defined otherwise, from which
    that follows. Words, owners and titles decide nothing.
    """

    rules: dict[str, str]
    facts: dict[str, str]
    measures_alike: bool


def changes_between(base: Bundle, candidate: Bundle) -> Changes:
    """Compare two checked bundles."""
    before, after = _rules(base), _rules(candidate)
    found = dict.fromkeys(before.keys() - after.keys(), REMOVED)
    found.update(dict.fromkeys(after.keys() - before.keys(), ADDED))
    for name in before.keys() & after.keys():
        if deciding(before[name]) != deciding(after[name]):
            found[name] = EDITED
        elif before[name].policy != after[name].policy:
            found[name] = MOVED
    found.update(dict.fromkeys(_out_of_order(base, candidate, found.keys()), MOVED))
    return Changes(dict(sorted(found.items())), _facts(base, candidate), _alike(base, candidate))


def _out_of_order(base: Bundle, candidate: Bundle, known: AbstractSet[str]) -> list[str]:
    """The rules in both releases whose policy has another place in the order of evaluation."""
    before, after = _places(base), _places(candidate)
    common = [name for name in after if name in before and name not in known]
    if [name for name in before if name in after and name not in known] == common:
        return []
    return [name for name in common if before[name] != after[name]]


def _places(bundle: Bundle) -> dict[str, int]:
    """Each rule's policy by its number in the order."""
    return {rule.id: number for number, policy in enumerate(bundle.policies) for rule in policy.rules}


def _rules(bundle: Bundle) -> dict[str, RuleDef]:
    return {rule.id: rule for policy in bundle.policies for rule in policy.rules}


def _facts(base: Bundle, candidate: Bundle) -> dict[str, str]:
    """Metrics and traits defined otherwise, and what is built on them."""
    before, after = base.catalogue, candidate.catalogue
    found = {name: name for name in _derived(base, candidate)}
    for one, other in (
        (before.calendars, after.calendars),
        (before.metrics, after.metrics),
        (before.traits, after.traits),
    ):
        names = sorted(one.keys() | other.keys())
        found.update({name: name for name in names if one.get(name) != other.get(name)})
    for metric in after.metrics.values():
        _follow(found, metric.id, (metric.calendar, metric.numerator, metric.denominator))
    for trait in after.traits.values():
        _follow(found, trait.id, [indicator.metric for indicator in trait.indicators])
    for name in ("score", "coverage"):
        _follow(found, name, sorted(before.traits.keys() | after.traits.keys()))
    return dict(sorted(found.items()))


def _follow(found: dict[str, str], name: str, parts: Iterable[str | None]) -> None:
    """Let *name* follow from the first of its *parts* that is in *found*, unless it is there itself."""
    for part in parts:
        if part in found:
            found.setdefault(name, found[part])


def _derived(base: Bundle, candidate: Bundle) -> set[str]:
    """Facts that rules set and that begin otherwise."""
    return {
        name
        for name in base.facts.keys() | candidate.facts.keys()
        if FactSource.POLICY
        in {fact.source for fact in (base.facts.get(name), candidate.facts.get(name)) if fact}
        and base.facts.get(name) != candidate.facts.get(name)
    }


def _alike(base: Bundle, candidate: Bundle) -> bool:
    """Whether both measure the same from the same events."""
    one, other = base.catalogue, candidate.catalogue
    return (one.timezone, one.events, one.metrics, one.traits, one.calendars) == (
        other.timezone, other.events, other.metrics, other.traits, other.calendars,
    )  # fmt: skip
