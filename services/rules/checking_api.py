"""`guanxi rules check` over HTTP: the same codes, places and words, for files that are sent.

Reads and writes nothing. Files with errors are answered by a problem document that lists every problem.
"""

from typing import Any

from flask_smorest import Blueprint

from shared.clock import SystemClock
from shared.contracts.rule_checks import CheckRulesSchema, RulesCheckedSchema
from shared.contracts.schemas import ProblemSchema
from shared.http.access import needs
from shared.http.keys import Scope
from shared.http.problems import ProblemError
from shared.policy.layout import belongs
from shared.policy.problems import Problem, to_row
from shared.policy.release import Sources, build


def rule_check_routes() -> Blueprint:
    """The route that checks rule files."""
    routes = Blueprint("rule-checks", __name__, url_prefix="/v1", description="Check rule files.")

    @routes.post("/rules/check")
    @routes.arguments(CheckRulesSchema)
    @routes.response(200, RulesCheckedSchema)
    @routes.alt_response(422, schema=ProblemSchema)
    @needs(Scope.READ, Scope.EDITOR)
    def check(asked: dict[str, Any]) -> dict[str, Any]:
        """Find every problem of the rule files that are sent, with place, words and a customer."""
        files = asked["files"]
        inside = {path: text for path, text in files.items() if belongs(path)}
        sources = Sources(inside, root="rules", others=tuple(sorted(files.keys() - inside.keys())))
        result = build(sources, today=SystemClock().now().toordinal())
        if result.bundle is None:
            raise _refused(result.problems)
        return {
            "digest": result.bundle.digest,
            "rules": sum(len(policy.rules) for policy in result.bundle.policies),
            "problems": [to_row(problem) for problem in result.problems],
        }

    return routes


def _refused(problems: list[Problem]) -> ProblemError:
    """Every problem as an error of the document; its detail is what the command line prints on one line."""
    errors = [{"pointer": problem.place, "detail": str(problem), **to_row(problem)} for problem in problems]
    amount = sum(problem.severity == "error" for problem in problems)
    detail = f"{amount} error{'' if amount == 1 else 's'}; the first: {problems[0]}"
    return ProblemError(422, "invalid-rules", "Invalid rules", detail, errors=errors)
