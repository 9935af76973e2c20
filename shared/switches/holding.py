"""Which rules a set of switches holds back for one customer.

Pure. A silence holds only rules that reach outward; those that keep facts and tiers in order go on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.model.rules import ActionKind, Bundle, RuleDef
from shared.model.values import FactValue
from shared.switches.model import Switch, SwitchKind

OUTWARD = frozenset({ActionKind.RAISE_ALERT, ActionKind.CREATE_TASK, ActionKind.OFFER, ActionKind.NOTIFY})
SEGMENT = "segment"
"""The fact that silences by segment look at."""

Held = Mapping[str, str]
"""By rule id, what holds it back."""

NOTHING: Held = {}


@dataclass(frozen=True, slots=True)
class Holding:
    """The switches in force, resolved for one release."""

    always: Held
    silences: Sequence[tuple[Switch, tuple[str, ...]]]  # with the rules that each may hold

    @classmethod
    def of(cls, switches: Sequence[Switch], bundle: Bundle) -> "Holding":
        """Resolve *switches*; one for a rule that the release does not have holds nothing."""
        rules = [rule for policy in bundle.policies for rule in policy.rules]
        always = {each.rule: each.gate for each in switches if each.kind is not SwitchKind.SILENCE}
        silences = [
            (each, tuple(rule.id for rule in rules if silences_rule(each, rule)))
            for each in switches
            if each.kind is SwitchKind.SILENCE
        ]
        return cls(always, silences)

    def held(self, customer: str, facts: Mapping[str, FactValue]) -> Held:
        """What is held back for *customer* with these derived *facts*. A pause goes before a silence."""
        if not self.silences:
            return self.always
        held: dict[str, str] = {}
        for switch, rules in self.silences:
            if silences_customer(switch, customer, facts):
                held.update(dict.fromkeys(rules, switch.gate))
        return {**held, **self.always}


def silences_rule(switch: Switch, rule: RuleDef) -> bool:
    """Whether *switch* may hold *rule*."""
    if switch.rule and rule.id != switch.rule:
        return False
    kinds = {action.kind for action in rule.actions}
    if switch.alert:
        return any(action.fields.get("alert") == switch.alert for action in rule.actions)
    return bool(kinds & OUTWARD)


def silences_customer(switch: Switch, customer: str, facts: Mapping[str, FactValue]) -> bool:
    """Whether *switch* concerns *customer*."""
    if switch.customer and customer != switch.customer:
        return False
    return not switch.segment or facts.get(SEGMENT) == switch.segment
