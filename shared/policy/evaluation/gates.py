"""What holds a due rule back on its own account: its quotas, and the time a tier is to be kept.

Pure. Budgets, which all customers share, are `admissions`.
"""

from collections.abc import Sequence

from shared.model.rules import RuleDef

KEEP_AT_LEAST, COOL_DOWN, MAX_PER = "keep_at_least", "cool_down", "max_per"
BUDGET, DISAGREEMENT = "budget", "disagreement"
CONFLICT = "conflict:"
SWITCHES = ("paused", "silenced", "brake")
"""What people, or a brake, hold a rule back by; the number of the switch follows behind a colon."""


def is_switch(held: str) -> bool:
    """Whether *held* names a switch."""
    return held.partition(":")[0] in SWITCHES


def quota(rule: RuleDef, firings: Sequence[int], day: int) -> str:
    """Name the quota of *rule* that is used up on *day*, or nothing."""
    if rule.cool_down_days and firings and day < firings[-1] + rule.cool_down_days:
        return COOL_DOWN
    if rule.max_per is not None:
        times, days = rule.max_per
        if sum(fired > day - days for fired in firings) >= times:
            return MAX_PER
    return ""


def quota_ends(rule: RuleDef, firings: Sequence[int], held: str) -> int:
    """Return the day from which the quota named *held* lets the rule through again."""
    if held == COOL_DOWN:
        return firings[-1] + rule.cool_down_days
    times, days = rule.max_per or (1, 0)
    return firings[-times] + days


def counted(rule: RuleDef, firings: Sequence[int], day: int) -> tuple[int, ...]:
    """Return the firings to remember after one on *day*; empty when no quota asks for them."""
    keep = max(1 if rule.cool_down_days else 0, rule.max_per[0] if rule.max_per else 0)
    return (*firings, day)[-keep:] if keep else ()
