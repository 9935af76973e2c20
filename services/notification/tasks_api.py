"""Care tasks over HTTP: found, assigned, put off, and closed with an outcome.

A task's ETag is its version. Whoever sends it back as If-Match changes only what they have seen.
"""

from flask import Response, request
from flask_smorest import Blueprint

from services.notification import schemas
from services.notification.answering import Json, find, page_of
from services.notification.desk import Doing
from services.notification.outcomes import Report
from services.notification.parts import Parts
from services.notification.refusals import TaskChangedError, TaskClosedError, UnknownTaskError
from services.notification.task_view import seen
from shared.contracts.schemas import ProblemSchema
from shared.http.access import needs, principal
from shared.http.keys import Scope
from shared.http.problems import problem
from shared.store.port import Versioned

Tagged = tuple[Json, int, dict[str, str]]
NEVER_A_VERSION = -1


def task_routes(parts: Parts) -> Blueprint:
    """Every route under /v1/tasks."""
    routes = Blueprint("tasks", __name__, url_prefix="/v1/tasks", description="Care tasks.")
    routes.register_error_handler(UnknownTaskError, _unknown)
    routes.register_error_handler(TaskClosedError, _closed)
    routes.register_error_handler(TaskChangedError, _changed)
    _looking(routes, parts)
    _working(routes, parts)
    _closing(routes, parts)
    return routes


def _looking(routes: Blueprint, parts: Parts) -> None:
    @routes.route("", methods=["GET"])
    @needs(Scope.READ)
    @routes.arguments(schemas.TaskQuery, location="query")
    @routes.response(200, schemas.TaskPage)
    def list_tasks(query: Json) -> Json:
        """List tasks, the most urgent first."""
        wanted = {name: query[name] for name in ("status", "customer", "owner")}
        if (until := query["due_before"]) is not None:
            wanted["due_day"] = {"$lte": until.toordinal()}
        page = page_of("tasks", find(parts.tasks, wanted, (("due_day", 1),), query))
        return {**page, "tasks": seen(page["tasks"], parts.releases)}

    @routes.route("/<identity>", methods=["GET"])
    @needs(Scope.READ)
    @routes.response(200, schemas.TaskAnswer)
    @routes.alt_response(404, schema=ProblemSchema)
    def show_task(identity: str) -> Tagged:
        """Show one task; the ETag is for If-Match."""
        found = parts.desk.find(identity)
        (task,) = seen([found.document], parts.releases)
        return _tagged(Versioned(task, found.version))


def _working(routes: Blueprint, parts: Parts) -> None:
    @routes.route("/<identity>/assign", methods=["POST"])
    @needs(Scope.TASKS_WRITE)
    @routes.arguments(schemas.AssignBody)
    @routes.response(200, schemas.TaskAnswer)
    @routes.alt_response(404, schema=ProblemSchema)
    @routes.alt_response(409, schema=ProblemSchema)
    @routes.alt_response(412, schema=ProblemSchema)
    def assign_task(body: Json, identity: str) -> Tagged:
        """Put an open task into somebody else's hands."""
        return _tagged(parts.desk.assign(identity, body["to"], _doing(body)))

    @routes.route("/<identity>/snooze", methods=["POST"])
    @needs(Scope.TASKS_WRITE)
    @routes.arguments(schemas.SnoozeBody)
    @routes.response(200, schemas.TaskAnswer)
    @routes.alt_response(404, schema=ProblemSchema)
    @routes.alt_response(409, schema=ProblemSchema)
    @routes.alt_response(412, schema=ProblemSchema)
    def snooze_task(body: Json, identity: str) -> Tagged:
        """Put an open task off until a later day."""
        return _tagged(parts.desk.snooze(identity, body["until"], _doing(body)))


def _closing(routes: Blueprint, parts: Parts) -> None:
    @routes.route("/<identity>/outcome", methods=["POST"])
    @needs(Scope.TASKS_WRITE)
    @routes.arguments(schemas.OutcomeBody)
    @routes.response(200, schemas.TaskAnswer)
    @routes.alt_response(404, schema=ProblemSchema)
    @routes.alt_response(409, schema=ProblemSchema)
    def close_task(body: Json, identity: str) -> Json:
        """Tell what became of a task. Telling the same again changes nothing."""
        report = Report(body["outcome"], body["note"], principal().name, body["at"])
        return parts.outcomes.close(identity, report)


def _doing(body: Json) -> Doing:
    return Doing(principal().name, body["reason"], _seen())


def _seen() -> int | None:
    """The version that the caller has seen, if it said so by If-Match."""
    tags = [tag for tag in request.if_match if tag]
    if not tags:
        return None
    return int(tags[0]) if tags[0].isdecimal() else NEVER_A_VERSION


def _tagged(found: Versioned) -> Tagged:
    return found.document, 200, {"ETag": f'"{found.version}"'}


def _unknown(error: UnknownTaskError) -> Response:
    return problem(404, error.code, "Not found", str(error))


def _closed(error: TaskClosedError) -> Response:
    return problem(409, error.code, "Task is closed", str(error), outcome=error.outcome)


def _changed(error: TaskChangedError) -> Response:
    return problem(412, error.code, "Task was changed meanwhile", str(error))
