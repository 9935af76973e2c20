"""The errors of Guanxi, named by the reaction they call for.

Every error has a stable `code` and keeps its data as attributes; adapters translate their driver's
errors into these. `RetryLater`: try again with backoff. `Refused`: the input is at fault, tell its
sender. `Stop`: the installation is at fault, tell its administrator.
"""


class GuanxiError(Exception):
    """Base of all errors raised on purpose."""

    code = "error"


class RetryLaterError(GuanxiError):
    """Something outside is away for now; the same call may succeed later."""

    code = "retry-later"

    def __init__(self, message: str, *, retry_after_s: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class RefusedError(GuanxiError):
    """The input is wrong and will stay wrong; *pointer* is a JSON pointer into it."""

    code = "refused"

    def __init__(self, message: str, *, pointer: str = "") -> None:
        super().__init__(message)
        self.pointer = pointer


class StopError(GuanxiError):
    """The installation cannot go on without a person."""

    code = "stop"


class BusUnavailableError(RetryLaterError):
    """The bus did not acknowledge."""

    code = "bus-unavailable"


class StoreUnavailableError(RetryLaterError):
    """The store did not answer."""

    code = "store-unavailable"


class NoSpaceError(RetryLaterError):
    """A disk or quota is full; recovers by itself once space returns."""

    code = "no-space"


class BusFullError(NoSpaceError):
    """The bus has no space left."""

    code = "bus-full"


class LeaseLostError(GuanxiError):
    """Another member holds the partition now; drop what was in progress for it."""

    code = "lease-lost"


class UnknownTopicError(StopError):
    """The topic does not exist."""

    code = "unknown-topic"


class TopicMismatchError(StopError):
    """The topic exists with another number of partitions."""

    code = "topic-mismatch"


class MemberReplacedError(StopError):
    """Another process joined the group under this member's name; only one of them may go on."""

    code = "member-replaced"


class OffsetOutOfRangeError(StopError):
    """The committed offset is not in the log: data was lost or the log was replaced."""

    code = "offset-out-of-range"


class MessageTooLargeError(RefusedError):
    """The message is larger than the bus accepts."""

    code = "message-too-large"


class UndeclaredIndexError(StopError):
    """A query names a field that its collection does not declare as an index: a fault in the code."""

    code = "undeclared-index"


class CorruptError(StopError):
    """Stored bytes fail their checksum or do not parse."""

    code = "corrupt"


class ConfigError(StopError):
    """Settings are missing or wrong; *problems* lists every one of them."""

    code = "config"

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems
