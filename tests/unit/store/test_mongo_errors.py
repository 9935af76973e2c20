"""What MongoDB answers, sorted by the reaction it calls for."""

from typing import Any

import pytest
from pymongo import errors as mongo

from shared.errors import ConfigError, NoSpaceError, RefusedError, StopError, StoreUnavailableError
from shared.store.mongo_errors import translated


def refused(code: int, message: str = "no", **details: Any) -> mongo.OperationFailure:
    return mongo.OperationFailure(message, code, details)


def bulk(*codes: int, **more: Any) -> mongo.BulkWriteError:
    failures = [{"index": place, "code": code, "errmsg": f"code {code}"} for place, code in enumerate(codes)]
    return mongo.BulkWriteError({"writeErrors": failures, "writeConcernErrors": [], **more})


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (mongo.AutoReconnect("connection closed"), StoreUnavailableError),
        (mongo.NetworkTimeout("timed out"), StoreUnavailableError),
        (mongo.ServerSelectionTimeoutError("No primary, Timeout: 5s, Topology: <…>"), StoreUnavailableError),
        (mongo.NotPrimaryError("not primary"), StoreUnavailableError),
        (mongo.WTimeoutError("waiting for replication timed out", 64), StoreUnavailableError),
        (mongo.ExecutionTimeout("operation exceeded time limit", 50), StoreUnavailableError),
        (mongo.WriteConcernError("shutting down", 91), StoreUnavailableError),
        (refused(11602, "interrupted due to replication state change"), StoreUnavailableError),
        (refused(7777, errorLabels=["RetryableWriteError"]), StoreUnavailableError),
        (refused(18, "Authentication failed."), ConfigError),
        (refused(13, "not authorized on guanxi to execute command"), ConfigError),
        (mongo.ServerSelectionTimeoutError("SSL handshake failed: CERTIFICATE_VERIFY_FAILED"), ConfigError),
        (refused(14031, "No space left"), NoSpaceError),
        (refused(1, "WiredTiger: No space left on device"), NoSpaceError),
        (mongo.DocumentTooLarge("too large"), RefusedError),
        (refused(10334, "BSONObj size is invalid"), RefusedError),
        (refused(9, "Failed to parse"), StopError),
        (mongo.InvalidOperation("client is closed"), StopError),
        (bulk(14031), NoSpaceError),
        (bulk(11000, 91), StoreUnavailableError),
        (bulk(11000, 13), ConfigError),
    ],
    ids=lambda value: (
        f"{type(value).__name__}-{getattr(value, 'code', '')}" if isinstance(value, Exception) else ""
    ),
)
def test_each_answer_is_sorted_by_the_reaction_it_calls_for(error: Any, expected: type[Exception]) -> None:
    assert type(translated(error, "mongodb://host/guanxi")) is expected


def test_a_write_that_no_majority_has_yet_is_told_as_unknown_not_as_done() -> None:
    waiting = bulk(writeConcernErrors=[{"code": 64, "errmsg": "waiting for replication timed out"}])
    told = translated(waiting, "host")
    assert isinstance(told, StoreUnavailableError)
    assert str(told) == "host: waiting for replication timed out"


def test_it_is_said_in_one_line_and_without_the_driver_s_description_of_the_servers() -> None:
    error = mongo.ServerSelectionTimeoutError(
        "a:1: refused (configured timeouts: x), Timeout: 5.0s, Topology: <Topology>\nmore"
    )
    assert str(translated(error, "mongodb://a/guanxi")) == "mongodb://a/guanxi: a:1: refused"
