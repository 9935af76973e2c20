"""Small bundles of rules over one fact table, as a checker sees them."""

from shared.model.rules import Bundle, RuleDef
from shared.policy.checks.found import Finding
from shared.policy.checks.rulebook import Rulebook
from shared.policy.checks.swings import Swings
from shared.policy.checks.watching import Fired, Watch
from shared.policy.documents.policies import PlacedRule
from shared.policy.nodes import Span
from tests.unit.evaluation.building import MONDAY, bundle


def book_of(made: Bundle) -> Rulebook:
    placed = [
        (
            policy.id,
            [PlacedRule(rule, Span(policy.id, line), {}) for line, rule in enumerate(policy.rules, 1)],
        )
        for policy in made.policies
    ]
    return Rulebook(made.facts, made.catalogue, placed, {}, MONDAY)


def swings_of(*policies: list[RuleDef]) -> list[Finding]:
    made = bundle(*policies)
    return list(Swings(book_of(made), Watch.over(made)).found())


def lived(finding: Finding, days: int, *policies: list[RuleDef]) -> list[Fired]:
    """What fires for the finding's customer within *days*."""
    assert finding.customer is not None
    return Watch.over(bundle(*policies)).life(finding.customer, MONDAY, days)
