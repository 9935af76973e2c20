"""Why, why not and what if over HTTP, about decisions and customers as they are stored.

Thin: every route asks one pure function of `shared.explaining`. Nothing here is ever written.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from flask import Response, request
from flask_smorest import Blueprint

from shared.asking.one_customer import Neighbours, OneCustomer
from shared.asking.records import Records
from shared.contracts.codecs import decision_from_document
from shared.contracts.explaining import (
    CustomerPageSchema,
    ExplanationSchema,
    LanguageSchema,
    PageQuerySchema,
    ReplayedSchema,
    ScoreHistorySchema,
    TriedSchema,
    WhyNotSchema,
    WishSchema,
)
from shared.contracts.schemas import ProblemSchema
from shared.explaining.answers import replayed_answer
from shared.explaining.archive import Archive, Stored
from shared.explaining.replaying import replay_decision
from shared.explaining.score_course import score_course
from shared.explaining.trial import Rulebook
from shared.explaining.what_if import what_if
from shared.explaining.why_not import UnknownRuleError, why_not
from shared.explaining.wishes import wishes
from shared.http.access import needs
from shared.http.keys import Scope
from shared.http.languages import answer_in, page_in, wanted_language
from shared.http.personal import may_see_personal
from shared.http.problems import ProblemError
from shared.policy.engine.port import Engine
from shared.reports.chinese import told_in
from shared.reports.report_page import report_page
from shared.reports.told import (
    explanation,
    in_words,
    told_score_course,
    told_what_if,
    told_why_not,
)
from shared.store.port import Document
from shared.worth.premises import PremiseError

JSON, HTML = "application/json", "text/html"


def explaining_routes(archive: Archive, engine: Engine, records: Records) -> Blueprint:
    """The routes; *engine* judges what is tried."""
    routes = Blueprint("explaining", __name__, url_prefix="/v1", description="Why, why not, and what if.")
    _decisions(routes, archive)
    active = _active(archive, engine)
    _page(routes, archive, active, records)
    _customers(routes, archive, active)
    return routes


def _active(archive: Archive, engine: Engine) -> Callable[[], Rulebook]:
    """Gives the active release, compiled once."""

    @lru_cache(maxsize=2)
    def compiled(digest: str) -> Rulebook:
        return Rulebook.of(archive.releases.bundle(digest), engine)

    return lambda: compiled(archive.releases.active().digest)


def _decisions(routes: Blueprint, archive: Archive) -> None:
    @routes.get("/decisions/<decision>/explanation")
    @routes.arguments(LanguageSchema, location="query")
    @routes.response(200, ExplanationSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def explained(_query: Any, decision: str) -> Response:
        """Tell one decision point by point, from its record and its release alone."""
        record = decision_from_document(_decision(archive, decision))
        language = wanted_language()
        return answer_in(language, explanation(record, archive.releases.bundle(record.release), language))

    @routes.post("/decisions/<decision>/replay")
    @routes.response(200, ReplayedSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def replayed(decision: str) -> dict[str, Any]:
        """Make a decision again from its record and release, and compare the two byte for byte."""
        return replayed_answer(replay_decision(archive, _decision(archive, decision)))


def _page(routes: Blueprint, archive: Archive, active: Callable[[], Rulebook], records: Records) -> None:
    neighbours = Neighbours(records)

    @routes.get("/customers/<path:customer>")
    @routes.arguments(PageQuerySchema, location="query")
    @routes.response(200, CustomerPageSchema, description="As JSON; as a page with Accept: text/html.")
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def page(query: dict[str, Any], customer: str) -> Response:
        """Tell everything of one customer: profile, score, tier, alerts, tasks, worth and what happened."""
        stored, language, margin = _stored(archive, customer), wanted_language(), query.get("margin")
        try:
            worth = None if margin is None else neighbours.worth_of(stored, margin)
        except PremiseError as error:
            raise ProblemError(422, "premise", "Unprocessable Content", str(error)) from error
        found = OneCustomer(records, archive, stored, active(), worth, may_see_personal(customer))
        sheets = found.sheets(language)
        if request.accept_mimetypes.best_match([JSON, HTML], JSON) == HTML:
            response = page_in(language, report_page(told_in(language, sheets), language))
        else:
            response = answer_in(language, {**found.data, **in_words(sheets, language)})
        response.vary.add("Accept")
        return response


def _customers(routes: Blueprint, archive: Archive, active: Callable[[], Rulebook]) -> None:
    @routes.get("/customers/<path:customer>/score-history")
    @routes.arguments(LanguageSchema, location="query")
    @routes.response(200, ScoreHistorySchema)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def score_history(_query: Any, customer: str) -> Response:
        """Tell how a customer's score came about, day by day and trait by trait."""
        language, bundle = wanted_language(), active().bundle
        course = score_course(archive, customer, bundle.catalogue.timezone)
        if course is None:
            raise _unknown("customer", customer)
        return answer_in(language, told_score_course(course, bundle, language))

    @routes.get("/customers/<path:customer>/why-not/<rule>")
    @routes.arguments(LanguageSchema, location="query")
    @routes.response(200, WhyNotSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def not_acting(_query: Any, customer: str, rule: str) -> Response:
        """Tell why a rule does not act on a customer, and what would have to change."""
        language, rulebook = wanted_language(), active()
        stored = _stored(archive, customer)
        try:
            why = why_not(stored, rulebook, rule, shows_personal=may_see_personal(customer))
        except UnknownRuleError as error:
            raise ProblemError(404, error.code, "Unknown rule", str(error)) from error
        return answer_in(language, told_why_not(why, rulebook.bundle, language))

    @routes.post("/customers/<path:customer>/what-if")
    @routes.arguments(WishSchema)
    @routes.arguments(LanguageSchema, location="query")
    @routes.response(200, TriedSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    @needs(Scope.READ)
    def trying(wish: dict[str, Any], _query: Any, customer: str) -> Response:
        """Tell what would be decided, today and on the days to come, if some facts were otherwise."""
        language, rulebook = wanted_language(), active()
        stored = _stored(archive, customer)
        supposed = wishes(wish["facts"], rulebook.bundle)
        shows_personal = may_see_personal(customer)
        tried = what_if(stored, rulebook, supposed, wish["days"], shows_personal=shows_personal)
        return answer_in(language, told_what_if(tried, rulebook.bundle, language))


def _decision(archive: Archive, name: str) -> Document:
    found = archive.decision(name)
    if found is None:
        raise _unknown("decision", name)
    return found


def _stored(archive: Archive, name: str) -> Stored:
    found = archive.stored(name)
    if found is None:
        raise _unknown("customer", name)
    return found


def _unknown(what: str, name: str) -> ProblemError:
    return ProblemError(404, f"unknown-{what}", f"Unknown {what}", f"No {what} {name!r} is known.")
