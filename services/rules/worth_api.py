"""What customers are worth over HTTP: the twin of `guanxi worth`, over the same question.

Thin: nothing is ever written. Answers are about groups of customers, never about one by name.
"""

from typing import Any

from flask import Response
from flask_smorest import Blueprint

from shared.asking.errors import MisaskedError
from shared.asking.pricing import NoReportError, ask_priced
from shared.asking.records import Records
from shared.asking.worth import WorthWish, ask_measured, ask_worth, measured_data
from shared.contracts.explaining import LanguageSchema
from shared.contracts.schemas import ProblemSchema
from shared.contracts.worth import (
    MeasuredPremisesSchema,
    MeasuringQuerySchema,
    PricedSchema,
    PricingWishSchema,
    WorthSchema,
    WorthWishSchema,
)
from shared.http.access import needs
from shared.http.keys import Scope
from shared.http.languages import answer_in, wanted_language
from shared.http.problems import ProblemError
from shared.reports.told import in_words
from shared.worth.premises import PremiseError

UNPROCESSABLE = "Unprocessable Content"


def worth_routes(records: Records) -> Blueprint:
    """The routes: what is measured, and what follows from it."""
    routes = Blueprint("worth", __name__, url_prefix="/v1", description="What customers are worth.")

    @routes.get("/worth/premises")
    @routes.arguments(MeasuringQuerySchema, location="query")
    @routes.response(200, MeasuredPremisesSchema)
    @needs(Scope.READ)
    def premises(query: dict[str, Any]) -> dict[str, Any]:
        """Tell what recorded purchases say of customers, churn and revenue, whole or by group."""
        try:
            measured = ask_measured(records, query.get("metric"), query.get("by"))
        except MisaskedError as error:
            raise _misasked(error) from error
        return measured_data(measured, records.bundle.catalogue.currency)

    @routes.post("/worth")
    @routes.arguments(WorthWishSchema)
    @routes.arguments(LanguageSchema, location="query")
    @routes.response(200, WorthSchema)
    @routes.alt_response(422, schema=ProblemSchema)
    @needs(Scope.READ)
    def reckoned(wish: dict[str, Any], _query: Any) -> Response:
        """Reckon net present value, scenarios, break-even and sensitivity from premises."""
        language = wanted_language()
        wanted = WorthWish(wish["premises"], wish["scenarios"], wish.get("by"), wish.get("metric"))
        try:
            found = ask_worth(records, wanted)
        except MisaskedError as error:
            raise _misasked(error) from error
        except PremiseError as error:
            raise ProblemError(422, "premise", UNPROCESSABLE, str(error)) from error
        return answer_in(language, {"data": found.data, **in_words(found.sheets(language), language)})

    _pricing(routes, records)
    return routes


def _pricing(routes: Blueprint, records: Records) -> None:
    @routes.post("/worth/backtest")
    @routes.arguments(PricingWishSchema)
    @routes.arguments(LanguageSchema, location="query")
    @routes.response(200, PricedSchema)
    @routes.alt_response(422, schema=ProblemSchema)
    @needs(Scope.READ)
    def priced(wish: dict[str, Any], _query: Any) -> Response:
        """Price a backtest: members gained and lost by what membership adds, and what actions cost more."""
        language = wanted_language()
        wanted = WorthWish(wish["premises"], (), wish.get("by"), wish.get("metric"))
        try:
            found = ask_priced(records, wish["report"], wanted, wish.get("effect"))
        except NoReportError as error:
            raise ProblemError(422, error.code, UNPROCESSABLE, str(error)) from error
        except MisaskedError as error:
            raise _misasked(error) from error
        except PremiseError as error:
            raise ProblemError(422, "premise", UNPROCESSABLE, str(error)) from error
        return answer_in(language, {"data": found.data, **in_words(found.sheets(language), language)})


def _misasked(error: MisaskedError) -> ProblemError:
    return ProblemError(422, error.code, UNPROCESSABLE, f"{error.asked}: {error}")
