"""Write the tests that are missing: for what tests have not seen of a condition, and for unnoticed slips.

Pure. A suggested test says what the rules do now. It is a question to a person, not an answer: whether
that is what was meant, the rules cannot know.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from shared.customer.assess import CustomerModel
from shared.model.rules import Bundle
from shared.policy.engine.registry import engine_named
from shared.policy.release import Sources
from shared.policy.testing.coverage import Coverage
from shared.policy.testing.desk import NOW, Desk, Suggestion
from shared.policy.testing.model import Suite
from shared.policy.testing.mutation import Mutation, Progress, judged_by
from shared.policy.testing.reading import read_suites
from shared.policy.testing.running import run_case
from shared.policy.testing.survival import ENGINE
from shared.policy.testing.trial import Trial
from shared.policy.testing.writing import inserted, new_suite


def suggest(
    bundle: Bundle,
    tests: Sources,
    *,
    policies: Collection[str] = (),
    chosen: Callable[[Suite], bool] = lambda suite: True,
    mutation: Mutation | None = None,
    progress: Progress = lambda done, total: None,
) -> tuple[Suggestion, ...]:
    """Return tests that notice what *mutation* found unnoticed, then what no test has seen of conditions."""
    suites, _ = read_suites(tests, bundle)
    kept = [suite for suite in suites if chosen(suite)]
    wanted = [policy.id for policy in bundle.policies if policy.id in (policies or judged_by(kept, bundle))]
    coverage = _seen(bundle, kept)
    found: list[Suggestion] = []
    for number, policy in enumerate(wanted, start=1):
        living = [m for m in mutation.living if m.rule.policy == policy] if mutation else []
        desk = Desk.of(bundle, policy, kept, tests, coverage)
        found += [*desk.against(living), *desk.for_coverage()]
        desk.close()
        progress(number, len(wanted))
    return tuple(found)


def _seen(bundle: Bundle, suites: Iterable[Suite]) -> Coverage:
    """What the suites see, run once on one engine."""
    coverage, model = Coverage.of(bundle, {}), CustomerModel.compile(bundle.catalogue)
    for suite in suites:
        trial = Trial.of(bundle, suite.policies, engine_named(ENGINE), model=model, watch=coverage.watch)
        for case in suite.cases:
            run_case(case, suite, trial)
        trial.close()
    return coverage


def with_suggestions(tests: Sources, found: Sequence[Suggestion]) -> dict[str, str]:
    """The new texts of the files that *found* belong to, by path inside the bundle."""
    documents, _ = tests.parsed
    texts: dict[str, str] = {}
    for path in dict.fromkeys(each.file for each in found):
        added = [each.text for each in found if each.file == path]
        if path in documents:
            texts[path] = inserted(tests.files[path], documents[path], added)
        else:
            head = new_suite(next(each.policy for each in found if each.file == path), NOW)
            body = "\n\n".join("\n".join(f"  {line}" for line in text.splitlines()) for text in added)
            texts[path] = f"{head}\n{body}\n"
    return texts
