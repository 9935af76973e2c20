"""Which customers a rule touches: sticky places between 0 and 100, by customer and rule.

Pure. Rollout and holdout are drawn apart, so that a small rollout is not all holdout.
"""

from hashlib import blake2b

from shared.model.rules import RolloutMode, RuleDef

STEPS = 1_000_000


def rollout_bucket(rule: RuleDef, customer: str) -> float:
    """The customer's place in the rule's rollout. Raising the percentage only ever adds customers."""
    return _place("rollout", rule, customer)


def in_rollout(rule: RuleDef, customer: str) -> bool:
    """Whether the rule is on at all for *customer*."""
    return rule.rollout is not RolloutMode.PERCENT or rollout_bucket(rule, customer) < rule.rollout_percent


def in_holdout(rule: RuleDef, customer: str) -> bool:
    """Whether *customer* is deliberately left without the rule's actions."""
    return rule.holdout_percent > 0 and _place("holdout", rule, customer) < rule.holdout_percent


def _place(purpose: str, rule: RuleDef, customer: str) -> float:
    """A renamed rule keeps its draw: the first of its former names goes into it."""
    name = rule.formerly[0] if rule.formerly else rule.id
    drawn = blake2b(f"{purpose}\n{name}\n{customer}".encode(), digest_size=8).digest()
    return int.from_bytes(drawn, "big") % STEPS * 100 / STEPS
