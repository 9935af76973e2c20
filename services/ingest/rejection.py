"""Why one event is not accepted, in words its publisher can act on. Pure."""

from collections.abc import Sequence
from typing import Any

from shared.errors import RefusedError
from shared.policy.suggest import nearest

_MAX_SHOWN_CHARS = 60


class RejectedError(RefusedError):
    """An event is wrong: *code* is stable, *pointer* leads into the event, *expected* says what would do.

    *also* is what else is wrong with the same event, so that its publisher mends it in one go.
    """

    also: Sequence["RejectedError"] = ()

    def __init__(
        self, code: str, pointer: str, detail: str, *, expected: str = "", suggestion: str = ""
    ) -> None:
        super().__init__(detail, pointer=pointer)
        self.code = code
        self.detail = detail
        self.expected = expected
        self.suggestion = suggestion

    @classmethod
    def first_of(cls, errors: Sequence["RejectedError"]) -> "RejectedError":
        """The first of *errors*, which names the others."""
        errors[0].also = tuple(errors[1:])
        return errors[0]

    def told(self) -> dict[str, Any]:
        """The error as the publisher reads it."""
        told = {"code": self.code, "pointer": self.pointer, "detail": self.detail}
        if self.expected:
            told["expected"] = self.expected
        if self.suggestion:
            told["suggestion"] = self.suggestion
        answer: dict[str, Any] = {name: clean(text) for name, text in told.items()}
        if self.also:
            answer["also"] = [other.told() for other in self.also]
        return answer

    def sentence(self) -> str:
        """The error and what else is wrong in one line, for dead letters and logs."""
        parts = [f"{self.pointer or '/'}: {self.detail}"]
        if self.expected:
            parts.append(f"expected {self.expected}")
        if self.suggestion:
            parts.append(f'did you mean "{self.suggestion}"?')
        parts += [f"also {other.sentence()}" for other in self.also]
        return clean("; ".join(parts))


def wrong_type(pointer: str, value: object, expected: str) -> RejectedError:
    """The error for a value of another type than declared."""
    return RejectedError(
        "wrong-type", pointer, f"expected {expected}, found {shown(value)}", expected=expected
    )


def missing(pointer: str, expected: str) -> RejectedError:
    """The error for something required that is not there."""
    name = pointer.rpartition("/")[2]
    return RejectedError("missing", pointer, f'"{name}" is missing', expected=expected)


def unknown(
    code: str, pointer: str, what: str, name: str, known: list[str], *, place: str = ""
) -> RejectedError:
    """The error for a name that is not declared, with the nearest one that is."""
    return RejectedError(
        code,
        pointer,
        f'unknown {what} "{shown_text(name)}"{place}',
        expected=f"one of {', '.join(known)}" if 0 < len(known) <= 12 else "",
        suggestion=nearest(name[:_MAX_SHOWN_CHARS], known) or "",
    )


def pointer_to(parent: str, name: str) -> str:
    """The JSON pointer of *name* within *parent*."""
    return f"{parent}/{shown_text(name).replace('~', '~0').replace('/', '~1')}"


def shown(value: object) -> str:
    """A value in few words; texts in quotes, long ones cut, lists and objects by their kind alone."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f'"{shown_text(value)}"'
    if isinstance(value, (int, float)):
        return f"the number {str(value)[:_MAX_SHOWN_CHARS]}"
    return "a list" if isinstance(value, list) else "an object"


def shown_text(text: str) -> str:
    """*text*, cut when it is long."""
    return text if len(text) <= _MAX_SHOWN_CHARS else f"{text[:_MAX_SHOWN_CHARS]}…"


def clean(text: str) -> str:
    """*text* as it can be written: half characters are replaced."""
    return text.encode("utf-8", "replace").decode()
