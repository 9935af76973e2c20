"""Work on a care task through the running notification service, which alone writes tasks.

Sends once and tells what was answered; saying the same again is harmless, so a caller may.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote

import orjson

from services.cli.running import RunningService
from shared.errors import RefusedError, RetryLaterError

TIMEOUT_S = 60
OK = 200
AWAY = frozenset({429, 502, 503, 504, 507})


class TaskRefusedError(RefusedError):
    """The service refused, with the code and the words it answered."""

    def __init__(self, code: str, detail: str, pointer: str = "") -> None:
        super().__init__(detail, pointer=pointer)
        self.code = code


@dataclass(frozen=True, slots=True)
class TaskClient:
    """The notification service, asked in the name of an API key."""

    service: RunningService
    key: str

    def post(
        self, identity: str, what: str, body: Mapping[str, Any], version: int | None = None
    ) -> dict[str, Any]:
        """The task as it is afterwards. Raises TaskRefusedError, or RetryLaterError while nobody answers."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.key}"}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        try:
            status, told = self._ask(f"/v1/tasks/{quote(identity, safe='')}/{what}", body, headers)
        except (OSError, HTTPException, orjson.JSONDecodeError) as error:
            raise RetryLaterError(f"notification does not answer: {error}") from error
        if status == OK:
            return told
        raise _refusal(status, told)

    def _ask(self, path: str, body: Mapping[str, Any], headers: dict[str, str]) -> tuple[int, dict[str, Any]]:
        connection = HTTPConnection(self.service.host, self.service.port, timeout=TIMEOUT_S)
        try:
            connection.request("POST", path, orjson.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, dict(orjson.loads(answer.read()))
        finally:
            connection.close()


def _refusal(status: int, told: Mapping[str, Any]) -> RefusedError | RetryLaterError:
    detail = str(told.get("detail") or told.get("title") or status)
    if status in AWAY:
        return RetryLaterError(detail)
    errors = told.get("errors") or [{}]
    return TaskRefusedError(
        str(told.get("code", status)), errors[0].get("detail") or detail, errors[0].get("pointer", "")
    )
