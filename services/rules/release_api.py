"""Releases over HTTP: the twin of `guanxi release`, over the same use cases.

Scope read looks, editor proposes and proves, approver decides; who approves signs with the key that calls.
"""

from datetime import timedelta
from typing import Any

from flask_smorest import Blueprint

from services.rules import schemas
from services.rules.aftermath import decided_under
from services.rules.answering import answer_refusals, caller, etag, expected_version
from services.rules.office import ReleaseOffice
from shared.contracts.schemas import ProblemSchema
from shared.http.access import needs
from shared.http.keys import Scope
from shared.model.governance import EvidenceKind
from shared.policy.release import Sources
from shared.releases import aftermath, differences
from shared.releases.documents import activation_told
from shared.releases.errors import IncompleteError
from shared.releases.life import Standing, told
from shared.store.port import Collection

Json = dict[str, Any]
Answer = tuple[Json, int, dict[str, str]]


def release_routes(office: ReleaseOffice, decisions: Collection) -> Blueprint:
    """Every route about releases."""
    routes = Blueprint("releases", __name__, url_prefix="/v1", description="From an edit to live, and back.")
    answer_refusals(routes)
    _looking(routes, office)
    _proving(routes, office)
    _deciding(routes, office)
    _activating(routes, office, decisions)
    return routes


def _answer(found: Standing, status: int = 200) -> Answer:
    return told(found), status, etag(found)


def _looking(routes: Blueprint, office: ReleaseOffice) -> None:
    @routes.get("/releases")
    @needs(Scope.READ)
    @routes.response(200, schemas.ReleasesSchema)
    def list_releases() -> Json:
        """List releases with the stage each is in."""
        return {"releases": office.rows()}

    @routes.get("/releases/<name>")
    @needs(Scope.READ)
    @routes.response(200, schemas.StandingSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    def show_release(name: str) -> Answer:
        """Tell where a release stands; the ETag is for If-Match."""
        return _answer(office.standing(name))

    @routes.get("/releases/<name>/differences")
    @needs(Scope.READ)
    @routes.arguments(schemas.DifferencesQuery, location="query")
    @routes.response(200, schemas.DifferencesSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    def release_differences(query: Json, name: str) -> Json:
        """Tell what changed since an earlier release, in words."""
        read = office.library
        old, new = (read.reader.bundle(read.resolve(each)) for each in (query["since"], name))
        return {"differences": differences.told(differences.differences(old, new))}


def _proving(routes: Blueprint, office: ReleaseOffice) -> None:
    @routes.post("/releases")
    @needs(Scope.EDITOR)
    @routes.arguments(schemas.ProposalSchema)
    @routes.response(201, schemas.StandingSchema)
    @routes.alt_response(422, schema=ProblemSchema)
    def propose(proposal: Json) -> Answer:
        """Store rule files as a release and open its way."""
        return _answer(office.propose(Sources(proposal["files"]), caller(), proposal["note"]), 201)

    @routes.post("/releases/<name>/evidence")
    @needs(Scope.EDITOR, Scope.APPROVER)
    @routes.arguments(schemas.EvidenceSchema)
    @routes.response(200, schemas.StandingSchema)
    @routes.alt_response(404, schema=ProblemSchema)
    def make_evidence(wanted: Json, name: str) -> Answer:
        """Make the evidence that can be made here; a dry run judges every customer."""
        return _answer(office.gather(name, caller(), [EvidenceKind(kind) for kind in wanted["kinds"]]))


def _deciding(routes: Blueprint, office: ReleaseOffice) -> None:
    @routes.post("/releases/<name>/approvals")
    @needs(Scope.APPROVER)
    @routes.arguments(schemas.NoteSchema)
    @routes.response(201, schemas.StandingSchema)
    @routes.alt_response(409, schema=ProblemSchema)
    @routes.alt_response(412, schema=ProblemSchema)
    def approve(given: Json, name: str) -> Answer:
        """Sign a release and its reports; whoever proposed it cannot."""
        return _answer(office.approve(name, caller(), given["note"], expected_version()), 201)

    @routes.post("/releases/<name>/rejections")
    @needs(Scope.APPROVER)
    @routes.arguments(schemas.ReasonSchema)
    @routes.response(201, schemas.StandingSchema)
    @routes.alt_response(412, schema=ProblemSchema)
    def reject(given: Json, name: str) -> Answer:
        """Close the way of a release until it is proposed again."""
        return _answer(office.reject(name, caller(), given["reason"], expected_version()), 201)

    @routes.put("/releases/<name>/schedule")
    @needs(Scope.APPROVER, Scope.EDITOR)
    @routes.arguments(schemas.ScheduleSchema)
    @routes.response(200, schemas.StandingSchema)
    @routes.alt_response(409, schema=ProblemSchema)
    @routes.alt_response(412, schema=ProblemSchema)
    def schedule(plan: Json, name: str) -> Answer:
        """Plan the activation of a complete release."""
        return _answer(office.schedule(name, caller(), plan["at"], expected_version()))

    @routes.delete("/releases/<name>/schedule")
    @needs(Scope.APPROVER, Scope.EDITOR)
    @routes.arguments(schemas.ReasonSchema, location="query")
    @routes.response(200, schemas.StandingSchema)
    def cancel(given: Json, name: str) -> Answer:
        """Give up the plan."""
        return _answer(office.cancel(name, caller(), given["reason"], expected_version()))


def _activating(routes: Blueprint, office: ReleaseOffice, decisions: Collection) -> None:
    @routes.post("/releases/<name>/activation")
    @needs(Scope.APPROVER, Scope.EDITOR, Scope.ADMIN)
    @routes.arguments(schemas.ActivationOrderSchema)
    @routes.response(201, schemas.ActivationSchema)
    @routes.alt_response(409, schema=ProblemSchema)
    @routes.alt_response(412, schema=ProblemSchema)
    def activate(order: Json, name: str) -> Json:
        """Make a release the active one, after a dry run over all customers."""
        office.expect(name, expected_version())
        if not order["emergency"]:
            return activation_told(office.activate(name, caller(), order["reason"]))
        if not order["reason"]:
            raise IncompleteError(office.library.resolve(name), ["reason"])
        ends = office.clock.now() + timedelta(hours=order["hours"])
        done = office.activate_in_emergency(
            name, caller(), order["reason"], ends, despite_dry_run=order["despite_dry_run"]
        )
        return activation_told(done)

    @routes.post("/rollback")
    @needs(Scope.APPROVER, Scope.EDITOR, Scope.ADMIN)
    @routes.arguments(schemas.RollbackSchema)
    @routes.response(201, schemas.RolledBackSchema)
    @routes.alt_response(409, schema=ProblemSchema)
    def rollback(given: Json) -> Json:
        """Activate an earlier release again at once, and tell what the bad one has decided."""
        bad = office.library.reader.active()
        done = office.rollback(caller(), given["reason"], given["to"])
        return {
            "activation": activation_told(done),
            "aftermath": aftermath.told(decided_under(decisions, bad)),
        }

    @routes.post("/activations/<int:number>/review")
    @needs(Scope.APPROVER, Scope.ADMIN)
    @routes.arguments(schemas.NoteSchema)
    @routes.response(204)
    @routes.alt_response(403, schema=ProblemSchema)
    def review(given: Json, number: int) -> None:
        """Close the review of an emergency; not by the one who ordered it."""
        office.review(number, caller(), given["note"])
