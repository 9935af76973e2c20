"""What differs between two releases, as far as it may decide anything: rules and measured facts. Pure."""

from dataclasses import dataclass, replace

from shared.model.rules import Bundle, FactSource, RuleDef

ADDED, REMOVED, EDITED, MOVED = "added", "removed", "edited", "moved"


@dataclass(frozen=True, slots=True)
class Changes:
    """*rules* by id: added, removed, edited or (to another place in the order) moved.

    *facts*: those whose value may differ on the same events. Words, owners and titles decide nothing.
    """

    rules: dict[str, str]
    facts: frozenset[str]
    measures_alike: bool


def changes_between(base: Bundle, candidate: Bundle) -> Changes:
    """Compare two checked bundles."""
    before, after = _rules(base), _rules(candidate)
    found = dict.fromkeys(before.keys() - after.keys(), REMOVED)
    found.update(dict.fromkeys(after.keys() - before.keys(), ADDED))
    for name in before.keys() & after.keys():
        if _deciding(before[name]) != _deciding(after[name]):
            found[name] = EDITED
        elif before[name].policy != after[name].policy:
            found[name] = MOVED
    common = [name for name in after if name in before and name not in found]
    if common != [name for name in before if name in after and name not in found]:
        found.update(
            {name: MOVED for name in common if _policy_place(base, name) != _policy_place(candidate, name)}
        )
    return Changes(dict(sorted(found.items())), _facts(base, candidate), _alike(base, candidate))


def _rules(bundle: Bundle) -> dict[str, RuleDef]:
    return {rule.id: rule for policy in bundle.policies for rule in policy.rules}


def _policy_place(bundle: Bundle, name: str) -> int:
    return next(
        number
        for number, policy in enumerate(bundle.policies)
        if any(rule.id == name for rule in policy.rules)
    )


def _deciding(rule: RuleDef) -> RuleDef:
    return replace(rule, title={}, because={}, owner="", policy="")


def _facts(base: Bundle, candidate: Bundle) -> frozenset[str]:
    """Metrics defined otherwise, and what is built on them."""
    before, after = base.catalogue, candidate.catalogue
    found = {
        name
        for one, other in ((before.metrics, after.metrics), (before.traits, after.traits),
                           (before.calendars, after.calendars))
        for name in one.keys() | other.keys()
        if one.get(name) != other.get(name)
    }  # fmt: skip
    for metric in after.metrics.values():
        if {metric.numerator, metric.denominator, metric.calendar} & found:
            found.add(metric.id)
    for trait in after.traits.values():
        if any(indicator.metric in found for indicator in trait.indicators):
            found.add(trait.id)
    if found & (before.traits.keys() | after.traits.keys()):
        found |= {"score", "coverage"}
    return frozenset(found | _derived(base, candidate))


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
