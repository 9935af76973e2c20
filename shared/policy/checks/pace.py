"""W308: a rule that waits less long than its number takes to change, so that the wait settles nothing.

Pure. A metric may declare its `refresh`; a share of answers takes as long as an answer may.
"""

from collections.abc import Iterator, Mapping

from shared.model.catalogue import MetricDef
from shared.policy.checks.found import Finding, Words
from shared.policy.checks.rulebook import Rulebook, reads
from shared.policy.codes import HASTY
from shared.policy.documents.policies import PlacedRule


def hasty(book: Rulebook) -> Iterator[Finding]:
    """Yield the rules whose `for` is over before their facts can have changed."""
    metrics = book.catalogue.metrics
    for placed in book.rules:
        waits = placed.rule.for_days
        for name in sorted(reads(placed.rule.when)) if waits else ():
            takes = refresh_of(name, metrics)
            if waits < takes:
                yield _finding(book, placed, name, takes)


def refresh_of(name: str, metrics: Mapping[str, MetricDef]) -> int:
    """How many days news take to reach the metric *name*; 0 if they are there at once."""
    metric = metrics.get(name)
    if metric is None:
        return 0
    if metric.refresh_days:
        return metric.refresh_days
    bases = [base for base in (metric.numerator, metric.denominator) if base is not None]
    return max([metric.within_days, *(refresh_of(base, metrics) for base in bases)])


def _finding(book: Rulebook, placed: PlacedRule, name: str, takes: int) -> Finding:
    rule = placed.rule
    return Finding(
        HASTY,
        placed.spans.get("for", placed.span),
        Words(
            f'"{rule.id}" waits for {_days(rule.for_days)}, but "{name}" takes {_days(takes)} to show news',
            f'write "for: {_days(takes)}" or more, or leave "for" out',
        ),
        Words(
            f"规则“{rule.id}”只等待 {rule.for_days} 天，而“{name}”要 {takes} 天才反映新情况",
            f"改为“for: {takes} 天”或更长，或去掉 for",
        ),
        book.customer(placed, book.claims.true(rule.when)),
        (rule.id,),
    )


def _days(number: int) -> str:
    return f"{number} day{'' if number == 1 else 's'}"
