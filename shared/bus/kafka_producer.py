"""Append messages to Kafka and return once every one is acknowledged by all replicas in sync.

The client is idempotent, so its own retries neither double nor reorder. One that has failed is closed,
because some never recover (after a broker that froze, or a sequence that broke); the next `send` first
asks whether the bus is there and then opens another.
"""

from collections.abc import Sequence
from contextlib import suppress
from threading import Lock

import kafka
from kafka import errors

from shared.bus.checking import place, refuse_large
from shared.bus.kafka_client import REQUEST_TIMEOUT_S, KafkaCluster
from shared.bus.kafka_errors import translating
from shared.bus.kafka_topics import KafkaTopics
from shared.bus.port import Message
from shared.errors import GuanxiError, MessageTooLargeError

_DELIVERY_TIMEOUT_S = 10.0
_OVERHEAD_BYTES = 65_536  # key and headers of one message
_OPTIONS = {
    "acks": "all",
    "enable_idempotence": True,
    "compression_type": "lz4",
    "batch_size": 262_144,
    "linger_ms": 5,  # `flush` ends it at once; without it the first message would travel alone
    "max_block_ms": int(REQUEST_TIMEOUT_S * 1000),
    "delivery_timeout_ms": int(_DELIVERY_TIMEOUT_S * 1000),
    "metrics_enabled": False,
}


class KafkaProducer:
    """A `Producer` on Kafka; may be used by several threads at once."""

    def __init__(self, cluster: KafkaCluster, topics: KafkaTopics, max_message_bytes: int) -> None:
        self._cluster = cluster
        self._topics = topics
        self._max_message_bytes = max_message_bytes
        self._lock = Lock()
        self._client: kafka.KafkaProducer | None = None

    def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Append *messages* in order and return when they are durable."""
        partitions = self._topics.known(topic).partitions
        refuse_large(messages, self._max_message_bytes)
        placed = [(message, place(message, partitions)) for message in messages]
        if not placed:
            return
        client = self._open()
        try:
            with translating(self._cluster.where):
                self._append(client, self._topics.name(topic), placed)
        except MessageTooLargeError:
            raise
        except GuanxiError:
            self._topics.forget(topic)
            self._discard(client)
            raise

    def close(self) -> None:
        """Release resources; nothing is pending after `send` returned."""
        with self._lock:
            client, self._client = self._client, None
        if client is not None:
            _abandon(client)

    def _append(self, client: kafka.KafkaProducer, topic: str, placed: Sequence[tuple[Message, int]]) -> None:
        pending = [
            client.send(
                topic,
                key=message.key.encode(),
                value=message.value,
                headers=list(message.headers),
                partition=partition,
            )
            for message, partition in placed
        ]
        client.flush(timeout=2 * _DELIVERY_TIMEOUT_S)
        for outcome in pending:
            outcome.get(timeout=0)

    def _open(self) -> kafka.KafkaProducer:
        with self._lock:
            if self._client is None:
                largest = self._max_message_bytes + _OVERHEAD_BYTES
                self._client = self._cluster.producing({**_OPTIONS, "max_request_size": largest})
            return self._client

    def _discard(self, client: kafka.KafkaProducer) -> None:
        with self._lock:
            if self._client is client:
                self._client = None
        _abandon(client)


def _abandon(client: kafka.KafkaProducer) -> None:
    """Close *client* with whatever is pending: by itself it first waits for that, and fails if it must."""
    with suppress(errors.KafkaError):
        client.close(timeout=0)
        return
    client._sender.force_close()  # noqa: SLF001 - what `close` would come to, had it not failed before
    with suppress(errors.KafkaError):
        client.close(timeout=1)
