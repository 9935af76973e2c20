"""Reports in lines for people at a terminal. Pure."""

from collections.abc import Iterator, Sequence

from shared.policy.testing.coverage import Coverage, LeafCover
from shared.policy.testing.mutating import Mutant
from shared.policy.testing.mutation import Mutation
from shared.policy.testing.places import Places
from shared.policy.testing.report import Report, Result, by_suite

_SEEN = {True: "✓", False: "·"}


def report_lines(report: Report) -> Iterator[str]:
    """One line a suite, and everything about the tests that failed."""
    for file, results in by_suite(report.results).items():
        failed = [result for result in results if not result.passed]
        mark, tests = ("✗" if failed else "✓"), counted(len(results), "test")
        yield f"{mark} {file}  {results[0].suite.name}: {tests}"
        for result in failed:
            yield from _failed(result)
    counts = f"{report.passed} passed, {report.failed} failed"
    yield f"{counts}, on {' and '.join(report.engines)}; report {report.digest[:12]}"


def _failed(result: Result) -> Iterator[str]:
    yield f"  ✗ {result.case.name}"
    for failure in result.failures:
        span = failure.span
        yield f"      {span.file}:{span.line}:{span.column} {failure.message}"
        yield from (f"        {line}" for line in failure.details)


def counted(amount: int, what: str) -> str:
    """``1 test``, ``2 tests``."""
    return f"{amount} {what}{'' if amount == 1 else 's'}"


def coverage_lines(coverage: Coverage, policies: Sequence[str] = ()) -> Iterator[str]:
    """A line for each condition: seen true, false and unknown, and each side of its threshold."""
    shown = coverage.of_policies(policies)
    width = max((len(each.text) for each in shown), default=0)
    rule = policy = ""
    for each in shown:
        if each.rule.policy != policy:
            policy = each.rule.policy
            yield f"\n{policy}"
        if each.rule.id != rule:
            rule = each.rule.id
            idle = "" if rule in coverage.fired else "  (no test makes it act)"
            yield f"  {rule}{idle}"
        yield _leaf(each, width)
    yield f"\n{coverage.share(policies)}% of what there is to see of conditions was seen"


def _leaf(each: LeafCover, width: int) -> str:
    answers = f"{_SEEN[each.true]} true  {_SEEN[each.false]} false"
    unknown = f"  {_SEEN[each.unknown]} unknown" if each.can_be_unknown else " " * 11
    sides = "  ".join(f"{_SEEN[seen]} {each.say(side)}" for side, seen in each.sides.items())
    line = f" :{each.span.line}" if each.span else ""
    part = "until " if each.part == "clear_when" else ""
    return f"    {part + each.text:<{width + len(part)}}  {answers}{unknown}  {sides}".rstrip() + line


def survival_lines(mutation: Mutation, places: Places) -> Iterator[str]:
    """How many slips each policy's tests notice, and where those stand that they do not."""
    for policy in mutation.policies:
        total = len(mutation.countable(policy))
        lives = [mutant for mutant in mutation.living if mutant.rule.policy == policy]
        mark = "✗" if lives else "✓"
        yield f"{mark} {policy}: {total - len(lives)} of {counted(total, 'slip')} noticed"
        for mutant in lives:
            yield f"    {placed(mutant, places)}{mutant.rule.id}  {mutant.what}"


def placed(mutant: Mutant, places: Places) -> str:
    """``file:line:column`` of a slip, when it is known."""
    span = places.get((mutant.rule.id, mutant.key, mutant.number)) or places.get((mutant.rule.id, "id", 0))
    return f"{span.file}:{span.line}:{span.column} " if span else ""
