"""What may not be done to a release, each with its code; the command line and HTTP tell it alike."""

from collections.abc import Mapping, Sequence
from typing import Any

from shared.errors import RefusedError
from shared.policy.problems import Problem


class ReleaseError(RefusedError):
    """Base: the release, or whoever asks, is not in the state for it."""

    code = "release"


class UnknownReleaseError(ReleaseError):
    """Nothing is known by that name, or several things are."""

    code = "unknown-release"


class UnknownRuleError(ReleaseError):
    """The active release has no rule of that id."""

    code = "unknown-rule"


class InvalidReleaseError(ReleaseError):
    """The files do not pass their checks."""

    code = "invalid-release"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class AuthorError(ReleaseError):
    """Who made a change cannot be the one to approve or review it."""

    code = "author-cannot-approve"


class NoApproverError(ReleaseError):
    """Approving and deciding in an emergency need a key of that role."""

    code = "role-missing"


class IncompleteError(ReleaseError):
    """Steps are missing before the release may become active."""

    code = "release-incomplete"

    def __init__(self, digest: str, missing: Sequence[str], why: Mapping[str, Any] | None = None) -> None:
        self.missing, self.why = tuple(missing), dict(why or {})
        super().__init__(f"release {digest[:12]} still needs {', '.join(missing)}{_told(self.why)}")


class ChangedMeanwhileError(ReleaseError):
    """Somebody else acted on the release since it was looked at."""

    code = "changed-meanwhile"


class NothingToRollBackError(ReleaseError):
    """There is no earlier release."""

    code = "nothing-to-roll-back"


def _told(why: Mapping[str, Any]) -> str:
    if "moved" not in why:
        return ""
    excesses = "; ".join(
        f"{each['kind']} {each['name']}: {each['wanted']} wanted, {each['allowed']} allowed"
        for each in why["excesses"]
    )
    named = ", ".join(move["customer"] for move in why["moves"][:20])
    more = ", …" if why["moved"] > 20 else ""
    return f". It would move {why['moved']} of {why['customers']} customers ({excesses}): {named}{more}"
