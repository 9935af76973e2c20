"""How every client of one cluster is set up: the admin client kept open, the others made on demand.

Nothing here knows what is read or written. Waits are bounded: a cluster that does not answer within
`REQUEST_TIMEOUT_S` is away, and the caller is told so instead of waiting with it.
"""

import time
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from threading import RLock
from typing import Any, TypeVar

import kafka
from kafka import errors
from kafka.admin import KafkaAdminClient
from kafka.net.compat import KafkaNetClient

from shared.bus.kafka_errors import connecting, translating
from shared.bus.kafka_settings import KafkaSettings
from shared.errors import GuanxiError
from shared.telemetry.logs import logger

T = TypeVar("T")

REQUEST_TIMEOUT_S = 5.0
_RETRY_PAUSE_S = 0.1

_CLOSE_S = 0.5
"""How long `close` waits for a question under way; then the end of the process closes the connection."""


class KafkaCluster:
    """A cluster and the connection that is kept to it. Its own methods may be called from any thread."""

    def __init__(self, settings: KafkaSettings, connect_timeout_s: float) -> None:
        self.where = settings.where
        self.replication = settings.replication
        self._options = dict(settings.options)
        self._connect_timeout_s = connect_timeout_s
        self._lock = RLock()
        _warn_without_crc32c()
        self._admin: KafkaAdminClient = self._connected(KafkaAdminClient, {})

    def ask(self, question: Callable[[KafkaAdminClient], T]) -> T:
        """Return the answer of the admin client to *question*; what may pass is asked again for a while."""
        give_up_at = time.monotonic() + REQUEST_TIMEOUT_S
        while True:
            try:
                with self._lock:
                    return question(self._admin)
            except errors.RetriableError as error:
                if isinstance(error, errors.UnknownTopicOrPartitionError) or time.monotonic() > give_up_at:
                    with translating(self.where):
                        raise
            except errors.KafkaError:
                with translating(self.where):
                    raise
            time.sleep(_RETRY_PAUSE_S)

    def producing(self, options: Mapping[str, Any]) -> kafka.KafkaProducer:
        """A new producing client."""
        return self._connected(kafka.KafkaProducer, {"allow_auto_create_topics": False, **options})

    def consuming(self, options: Mapping[str, Any]) -> kafka.KafkaConsumer:
        """A new consuming client. It never commits by itself and never chooses an offset by itself."""
        never = {"allow_auto_create_topics": False, "enable_auto_commit": False, "auto_offset_reset": "none"}
        return self._connected(kafka.KafkaConsumer, {**never, **options})

    def close(self) -> None:
        """Close the kept connection."""
        if self._lock.acquire(timeout=_CLOSE_S):
            try:
                self._admin.close()
            finally:
                self._lock.release()

    def _connected(self, kind: Callable[..., T], options: Mapping[str, Any]) -> T:
        """Make a client; one that cannot connect is closed, for its thread would go on trying."""
        networks: list[KafkaNetClient] = []

        def network(**config: Any) -> KafkaNetClient:
            networks.append(KafkaNetClient(**config))
            return networks[-1]

        try:
            with connecting(self.where):
                return kind(**self._connection(), kafka_client=network, **options)
        except GuanxiError:
            for made in networks:
                made.close()
            raise

    def _connection(self) -> dict[str, Any]:
        return {
            **self._options,
            "bootstrap_timeout_ms": int(self._connect_timeout_s * 1000),
            "request_timeout_ms": int(REQUEST_TIMEOUT_S * 1000),
            "reconnect_backoff_max_ms": 1_000,
        }


def _warn_without_crc32c() -> None:
    if find_spec("crc32c") is None:
        logger().warning("crc32c is not installed: checksums are computed in Python, several times slower")
