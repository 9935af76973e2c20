"""Translate the errors of Kafka's client into the errors of Guanxi, and tell why it cannot connect.

Knows no connection. Texts name the hosts, never what else stands in the URL.
"""

import gc
import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kafka import errors

from shared.errors import (
    BusFullError,
    BusUnavailableError,
    ConfigError,
    CorruptError,
    GuanxiError,
    LeaseLostError,
    MessageTooLargeError,
    OffsetOutOfRangeError,
    UnknownTopicError,
)

TOO_LARGE = (errors.MessageSizeTooLargeError, errors.RecordListTooLargeError)
OUT_OF_RANGE = (errors.OffsetOutOfRangeError, errors.NoOffsetForPartitionError, errors.LogTruncationError)
NO_LONGER_OURS = (
    errors.CommitFailedError,
    errors.FencedInstanceIdError,
    errors.IllegalGenerationError,
    errors.RebalanceInProgressError,
    errors.UnknownMemberIdError,
)
_UNKNOWN_TOPIC = (errors.UnknownTopicOrPartitionError, errors.UnknownTopicIdError, errors.InvalidTopicError)
_REFUSED = (
    errors.AuthorizationError,
    errors.SaslAuthenticationFailedError,
    errors.UnsupportedSaslMechanismError,
    errors.UnsupportedVersionError,
    errors.InvalidReplicationFactorError,
    errors.PolicyViolationError,
)
_SIGNATURE = re.compile(r"^(\[Error \d+\] )?(\w+Error: )+")
_HANGS_UP, _TIME_IS_UP = "socket disconnected", "timed out"
_RELEASE_EVERY_S = 10.0
_released_at = 0.0
_REFUSALS = ("SaslAuthenticationFailedError", "UnsupportedSaslMechanismError", "CERTIFICATE_VERIFY_FAILED")


def translated(error: errors.KafkaError, where: str) -> GuanxiError:
    """Return the error of Guanxi that *error* of the cluster at *where* calls for."""
    told = f"{where}: {_text(error)}"
    for kinds, wanted in (
        (TOO_LARGE, MessageTooLargeError),
        (OUT_OF_RANGE, OffsetOutOfRangeError),
        (NO_LONGER_OURS, LeaseLostError),
        (_UNKNOWN_TOPIC, UnknownTopicError),
        ((errors.KafkaStorageError,), BusFullError),
        ((errors.CorruptRecordError,), CorruptError),
    ):
        if isinstance(error, kinds):
            return wanted(told)
    if isinstance(error, _REFUSED):
        return ConfigError([f"GUANXI_BUS: {told}"])
    return BusUnavailableError(told)


@contextmanager
def translating(where: str) -> Iterator[None]:
    """Raise the client's errors in the block as Guanxi's."""
    try:
        yield
    except errors.KafkaError as error:
        found = translated(error, where)
        if isinstance(found, BusUnavailableError):
            _release_sockets()
        raise found from error


def _release_sockets() -> None:
    """Close what the client left open: sockets of failed connections wait for the garbage collector.

    Workers run it seldom, so a long outage would use up all files that a process may have open.
    """
    global _released_at  # noqa: PLW0603 - the collector is one for the process, so is this
    if time.monotonic() - _released_at > _RELEASE_EVERY_S:
        gc.collect()
        _released_at = time.monotonic()


def _text(error: errors.KafkaError) -> str:
    """What *error* says in one short line: the client likes to quote whole requests, or says nothing."""
    if isinstance(error, errors.KafkaTimeoutError):
        return "it did not answer in time"
    if isinstance(error, errors.NodeNotReadyError):
        return "no broker can be reached"
    name = type(error).__name__
    said = str(error).splitlines()[0].partition(": Request '")[0] if str(error) else name
    return said if len(said) <= 300 else name


@contextmanager
def connecting(where: str) -> Iterator[None]:
    """Raise a connection that cannot be made as `ConfigError` or `BusUnavailableError`, with the reason.

    The client itself says only that time ran out; why stands in its log, so that is listened to.
    """
    reasons = _Reasons()
    try:
        with reasons:
            yield
    except errors.KafkaError as error:
        refusal = next((said for said in reasons.said if any(sign in said for sign in _REFUSALS)), None)
        reason = _SIGNATURE.sub("", refusal or (reasons.said[-1] if reasons.said else _text(error)))
        if refusal is not None:
            raise ConfigError([f"GUANXI_BUS: {where}: {reason}"]) from error
        _release_sockets()
        if reasons.said and all(_HANGS_UP in said or _TIME_IS_UP in said for said in reasons.said):
            reason = "it hangs up at once; expected another user, password or security, or another port"
        raise BusUnavailableError(f"{where}: {reason}") from error


class _Reasons(logging.Handler):
    """Collects what the client's network part complains about, instead of printing it many times."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.said: list[str] = []
        self._source = logging.getLogger("kafka.net.manager")

    def __enter__(self) -> None:
        self._before = (self._source.level, self._source.propagate)
        self._source.setLevel(logging.WARNING)
        self._source.propagate = False
        self._source.addHandler(self)

    def __exit__(self, *_raised: object) -> None:
        self._source.removeHandler(self)
        self._source.level, self._source.propagate = self._before

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the reason of a failed attempt."""
        said = record.getMessage()
        if " failed: " in said and "Bootstrap failed" not in said:
            self.said.append(said.partition(" failed: ")[2].partition(" (backoff")[0])
