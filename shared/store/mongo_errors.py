"""What pymongo raises, translated into Guanxi's errors by the reaction each calls for.

Away or changing its primary: retry. Full: retry, and say so. Refusing this user: the administrator has
to act. No message holds a password: servers do not repeat one, and URLs are never quoted.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    DocumentTooLarge,
    ExecutionTimeout,
    NetworkTimeout,
    OperationFailure,
    PyMongoError,
    WTimeoutError,
)

from shared.errors import (
    ConfigError,
    GuanxiError,
    NoSpaceError,
    RefusedError,
    StopError,
    StoreUnavailableError,
)

DUPLICATE = 11000

_REFUSING = frozenset({13, 18, 8000})  # Unauthorized, AuthenticationFailed, and Atlas's word for both
_FULL = frozenset({14031, 12501})  # OutOfDiskSpace, the quota of a tenant
_TOO_LARGE = frozenset({10334, 17280, 17419, 17420})
_PASSING = frozenset(
    {6, 7, 24, 46, 50, 64, 79, 84, 89, 91, 100, 112, 133, 134, 189, 202, 262, 282, 290, 358}
    | {9001, 10058, 10107, 11600, 11601, 11602, 13388, 13435, 13436}
)  # not primary, shutting down, interrupted, out of time, no majority just now
_LABELS = ("RetryableWriteError", "TransientTransactionError", "RetryableError", "SystemOverloadedError")


@contextmanager
def translating(address: str) -> Iterator[None]:
    """Translate what pymongo raises in the block; *address* is the server's, without a password."""
    try:
        yield
    except PyMongoError as error:
        raise translated(error, address) from error


def translated(error: PyMongoError, address: str) -> GuanxiError:
    """Return the error of Guanxi that *error* amounts to."""
    text = f"{address}: {_first_line(error)}"
    if isinstance(error, DocumentTooLarge):
        return RefusedError(text)
    if isinstance(error, BulkWriteError):
        return _by_codes(_codes(error.details), error, f"{address}: {_told(error.details)}")
    if isinstance(error, (WTimeoutError, ExecutionTimeout, NetworkTimeout)):
        return StoreUnavailableError(text)
    if isinstance(error, ConnectionFailure):
        return _unreachable(text)
    if isinstance(error, OperationFailure):
        return _by_codes({error.code}, error, text)
    return StopError(text)


def _by_codes(codes: set[int | None], error: PyMongoError, text: str) -> GuanxiError:
    if codes & _FULL or "no space left" in text.lower():
        return NoSpaceError(text)
    if codes & _REFUSING:
        return ConfigError([f"GUANXI_STORE: {text}"])
    if codes & _TOO_LARGE:
        return RefusedError(text)
    if codes & _PASSING or any(map(error.has_error_label, _LABELS)):
        return StoreUnavailableError(text)
    return StopError(text)


def _unreachable(text: str) -> GuanxiError:
    if "CERTIFICATE_VERIFY_FAILED" in text:
        return ConfigError([f"GUANXI_STORE: {text}"])
    return StoreUnavailableError(text)


def _codes(details: Mapping[str, Any]) -> set[int | None]:
    failures = [*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())]
    return {failure.get("code") for failure in failures} - {DUPLICATE}


def _told(details: Mapping[str, Any]) -> str:
    failures = [*details.get("writeErrors", ()), *details.get("writeConcernErrors", ())]
    return next((str(each.get("errmsg")) for each in failures if each.get("code") != DUPLICATE), "refused")


def _first_line(error: PyMongoError) -> str:
    """The reason without the driver's description of the whole topology."""
    reason = str(error).partition(", full error:")[0].partition(", Timeout:")[0]
    reason = reason.partition(" (configured timeouts:")[0]
    return reason.splitlines()[0] if reason else type(error).__name__
