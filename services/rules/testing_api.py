"""`guanxi rules test` over HTTP: the same results, for files that are sent or a release that is stored.

Reads releases, writes nothing. Slips are made in one policy at a time, so that a request stays short.
"""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from shared.contracts.rule_tests import RulesTestedSchema, TestRulesSchema
from shared.contracts.schemas import ProblemSchema
from shared.errors import CorruptError
from shared.http.access import needs
from shared.http.keys import Scope
from shared.http.problems import ProblemError
from shared.model.rules import Bundle
from shared.policy.layout import belongs
from shared.policy.problems import Problem
from shared.policy.release import Sources, build
from shared.policy.testing.files import FOLDER, SUFFIX
from shared.policy.testing.mutation import mutate
from shared.policy.testing.outcome import Outcome
from shared.policy.testing.reading import read_suites
from shared.policy.testing.suggesting import suggest
from shared.policy.testing.tester import run_bundle_tests
from shared.releases.reader import ReleaseReader

MOST_DAYS = 100_000
"""Days of all timelines together that one request may run: the shipped tests have about a tenth of it."""


def rule_test_routes(releases: ReleaseReader) -> Blueprint:
    """The route that runs tests."""
    routes = Blueprint("rule-tests", __name__, url_prefix="/v1", description="Tests beside the rules.")

    @routes.post("/rules/test")
    @routes.arguments(TestRulesSchema)
    @routes.response(200, RulesTestedSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    @routes.alt_response(422, schema=ProblemSchema)
    @needs(Scope.READ, Scope.EDITOR)
    def tested(asked: dict[str, Any]) -> dict[str, Any]:
        """Run tests against rule files that are sent, or a stored release."""
        tests = _named(asked["tests"])
        rules = _placed(asked["files"]) if "files" in asked else None
        bundle = _built(rules) if rules else _stored(releases, asked.get("release"))
        _check_length(tests, bundle)
        report = run_bundle_tests(bundle, tests, rules=rules)
        policies = (_policy(asked["mutate"], bundle),) if "mutate" in asked else ()
        mutation = mutate(bundle, tests, policies=policies) if policies and report.ok else None
        found = (
            suggest(bundle, tests, policies=policies, mutation=mutation)
            if mutation and asked["suggest"]
            else ()
        )
        outcome = Outcome(report, mutation, found, rules or Sources({}), tests, policies)
        return outcome.to_json(coverage=asked["coverage"])

    return routes


def _named(texts: Mapping[str, str]) -> Sources:
    for path in texts:
        if not path.startswith(f"{FOLDER}/") or not path.endswith(SUFFIX) or ".." in path:
            detail = f"tests stand in {FOLDER}/ and end in {SUFFIX}"
            raise ProblemError(
                422, "invalid", "Invalid", detail, errors=[{"pointer": path, "detail": detail}]
            )
    return Sources(texts)


def _placed(texts: Mapping[str, str]) -> Sources:
    strangers = tuple(path for path in texts if not belongs(path))
    return Sources({path: text for path, text in texts.items() if belongs(path)}, others=strangers)


def _check_length(tests: Sources, bundle: Bundle) -> None:
    """Refuse tests that would keep a processor busy for minutes."""
    suites, _ = read_suites(tests, bundle)
    cases = [case for suite in suites for case in suite.cases]
    days = sum(1 + case.points[-1].offset - min(0, case.points[0].offset) for case in cases)
    if days > MOST_DAYS:
        detail = f"the timelines have {days:,} days together; run more than {MOST_DAYS:,} on the command line"
        raise ProblemError(422, "too-long", "Too long", detail)


def _built(rules: Sources) -> Bundle:
    built = build(rules)
    if built.bundle is None:
        errors = [_told(problem) for problem in built.problems if problem.severity == "error"]
        detail = "Tests need rules that are valid."
        raise ProblemError(422, "invalid-rules", "Invalid rules", detail, errors=errors)
    return built.bundle


def _told(problem: Problem) -> dict[str, Any]:
    return {"pointer": problem.place, "detail": str(problem), "code": problem.code}


def _stored(releases: ReleaseReader, digest: str | None) -> Bundle:
    try:
        return releases.bundle(digest or releases.active().digest)
    except CorruptError as error:
        raise ProblemError(404, "unknown-release", "Unknown release", str(error)) from error


def _policy(name: str, bundle: Bundle) -> str:
    known = [policy.id for policy in bundle.policies]
    if name not in known:
        raise ProblemError(404, "unknown-policy", "Unknown policy", f"There are {', '.join(known)}.")
    return name
