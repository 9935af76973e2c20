"""What the rules would do together, found by reasoning about every customer there can be.

Pure. Runs over a bundle that could be read as a whole; each finding comes with a customer to whom it happens.
"""

from collections.abc import Iterator

from shared.model.rules import Bundle
from shared.policy.checks.coverage import uncovered
from shared.policy.checks.feedback import feedback
from shared.policy.checks.found import Finding, Words
from shared.policy.checks.narrow import narrow
from shared.policy.checks.opposites import opposites
from shared.policy.checks.pace import hasty
from shared.policy.checks.priorities import equal_priorities
from shared.policy.checks.reach import unreachable
from shared.policy.checks.redundancy import redundant
from shared.policy.checks.rulebook import Rulebook
from shared.policy.checks.showing import shown
from shared.policy.checks.swings import Swings
from shared.policy.checks.watching import Watch
from shared.policy.codes import UNDECIDED
from shared.policy.problems import Problems
from shared.policy.said import Said


def analyse(book: Rulebook, bundle: Bundle, problems: Problems) -> None:
    """Add everything found to *problems*."""
    for finding in (*_findings(book, bundle), *_undecided(book)):
        customer = finding.customer
        facts = shown(customer, book.facts, bundle.catalogue.currency) if customer else ()
        problems.add(
            finding.code,
            finding.span,
            Said(finding.en.message, finding.zh.message),
            expected=Said(finding.en.expected, finding.zh.expected),
            suggestion=Said(finding.en.suggestion, finding.zh.suggestion),
            customer=facts,
        )


def _findings(book: Rulebook, bundle: Bundle) -> Iterator[Finding]:
    opposed = list(opposites(book))
    yield from opposed
    for check in (unreachable, feedback, equal_priorities, redundant, narrow, uncovered, hasty):
        yield from check(book)
    told = {frozenset(finding.rules) for finding in opposed}
    swings = Swings(book, Watch.over(bundle)).found()
    yield from (finding for finding in swings if frozenset(finding.rules) not in told)


def _undecided(book: Rulebook) -> Iterator[Finding]:
    """Say where there were too many cases to look at, rather than keep silent."""
    for name, placed in sorted(book.undecided.items()):
        yield Finding(
            UNDECIDED,
            placed.spans.get("when", placed.span),
            Words(
                f'what "{name}" does together with other rules has too many cases to decide',
                "set a fact for part of the condition in an earlier rule, and read that",
            ),
            Words(
                f"规则“{name}”与其他规则的组合情形过多，无法判定",
                "由前面的规则把部分条件设为事实，再读取该事实",
            ),
            rules=(name,),
        )
