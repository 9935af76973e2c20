"""What changed from one release to another: rules, metrics, traits, tiers, routes, gate; never lines of text.

Pure. Values are compared after thresholds were put in for their names, so a change of a list shows where it
acts. Told in English and Chinese.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from shared.model.rules import Bundle, NotificationPlan, RuleDef
from shared.policy.views import plain
from shared.policy.words import Speaker

Change = Literal["added", "removed", "changed"]
LANGUAGES = ("en", "zh")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is new, gone or other: *lines* by language, each ``- …`` or ``+ …``."""

    change: Change
    kind: str  # rule | metric | trait | tier | calendar | event | route | limit | gate | order
    name: str
    lines: Mapping[str, tuple[str, ...]]


def differences(before: Bundle, after: Bundle) -> tuple[Difference, ...]:
    """Everything that differs, rules first and by name."""
    return (*_rules(before, after), *_catalogue(before, after))


def _rules(before: Bundle, after: Bundle) -> Iterator[Difference]:
    old, new = _by_id(before), _by_id(after)
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            lines = {}
            for language in LANGUAGES:
                said = [
                    _said(bundle, rules.get(name), language)
                    for bundle, rules in ((before, old), (after, new))
                ]
                lines[language] = _compared(*said)
            yield Difference(_change(old.get(name), new.get(name)), "rule", name, lines)


def _by_id(bundle: Bundle) -> dict[str, RuleDef]:
    return {rule.id: rule for policy in bundle.policies for rule in policy.rules}


def _said(bundle: Bundle, rule: RuleDef | None, language: str) -> list[str]:
    """A rule in readable words, and below it the fields that the words leave out."""
    if rule is None:
        return []
    spoken = [line.strip() for line in Speaker(bundle, language).rule(rule)]
    silent = (
        *("rollout", "rollout_percent", "holdout_percent", "budget", "priority", "contact_priority"),
        *("when_missing", "owner"),
    )
    return [*spoken, *(f"{name}: {plain(getattr(rule, name))}" for name in silent)]


def _catalogue(before: Bundle, after: Bundle) -> Iterator[Difference]:
    parts: Mapping[str, Callable[[Bundle], Mapping[str, Any]]] = {
        "metric": lambda bundle: bundle.catalogue.metrics,
        "trait": lambda bundle: bundle.catalogue.traits,
        "tier": lambda bundle: {tier.id: tier for tier in bundle.catalogue.tiers},
        "calendar": lambda bundle: bundle.catalogue.calendars,
        "event": lambda bundle: bundle.catalogue.events,
        "route": lambda bundle: {route.id: route for route in bundle.notifications.routes},
        "digest": lambda bundle: {"digest": bundle.notifications.digest},
        "limit": lambda bundle: {"contact_cap": _contact_cap(bundle.notifications)},
        "order": lambda bundle: {"policies": [policy.id for policy in bundle.policies]},
        "gate": lambda bundle: {"activation": bundle.governance},
    }
    for kind, read in parts.items():
        old, new = read(before), read(after)
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                lines = _compared(_flat(old.get(name)), _flat(new.get(name)))
                yield Difference(
                    _change(old.get(name), new.get(name)), kind, name, dict.fromkeys(LANGUAGES, lines)
                )


def _contact_cap(plan: NotificationPlan) -> dict[str, Any] | None:
    if plan.contact_cap is None:
        return None
    most, days = plan.contact_cap
    return {"most": f"{most} in {days} days", "keep": {str(keep.last): keep.name for keep in plan.keeps}}


def _change(before: object, after: object) -> Change:
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


def _compared(before: list[str], after: list[str]) -> tuple[str, ...]:
    """The lines of only one side, those that went before those that came."""
    gone = [f"- {line}" for line in before if line not in after]
    return (*gone, *(f"+ {line}" for line in after if line not in before))


def _flat(value: Any, path: str = "") -> list[str]:
    """A value of the model as lines ``path: value``."""
    if value is None:
        return []
    value = plain(value)
    if isinstance(value, dict):
        return [
            line for name, inner in value.items() for line in _flat(inner, f"{path}.{name}" if path else name)
        ]
    return [f"{path}: {value}" if path else str(value)]


def told(found: tuple[Difference, ...]) -> list[dict[str, Any]]:
    """Differences as JSON."""
    return [
        {
            "change": each.change,
            "kind": each.kind,
            "name": each.name,
            "lines": {k: list(v) for k, v in each.lines.items()},
        }
        for each in found
    ]
