"""The OpenAPI 3.1 document of rules, made from its routes without opening anything.

The committed copy is made by ``python -m services.rules.openapi > docs/api/rules.openapi.json``; a test
keeps the two in step.
"""

from typing import Any, cast

from services.rules.api import rules_routes
from services.rules.backtest_api import backtest_routes
from services.rules.checking_api import rule_check_routes
from services.rules.explaining_api import explaining_routes
from services.rules.release_api import release_routes
from services.rules.reports_api import report_routes
from services.rules.switch_api import switch_routes
from services.rules.testing_api import rule_test_routes
from services.rules.worth_api import worth_routes
from shared.http.app import create_app, openapi, register
from shared.http.documents import write


def document() -> dict[str, Any]:
    """Build the document; nothing is called, so the routes need nothing behind them."""
    nothing = cast("Any", None)
    app = create_app("rules")
    register(app, rules_routes(nothing, nothing, nothing, nothing, nothing, board=nothing))
    register(app, backtest_routes(nothing))
    register(app, rule_check_routes())
    register(app, release_routes(nothing, nothing))
    register(app, switch_routes(nothing))
    register(app, explaining_routes(nothing, nothing, nothing))
    register(app, report_routes(nothing))
    register(app, worth_routes(nothing))
    register(app, rule_test_routes(nothing))
    return openapi(app)


if __name__ == "__main__":
    write(document())
