"""Read a partition from any offset, outside every group: for tools and repair."""

from threading import Lock
from typing import Any

import kafka
from kafka import TopicPartition

from shared.bus.kafka_client import REQUEST_TIMEOUT_S, KafkaCluster
from shared.bus.kafka_errors import translating
from shared.errors import BusUnavailableError


class KafkaReader:
    """One consuming client without a group, opened when first needed; may be used by several threads."""

    def __init__(self, cluster: KafkaCluster) -> None:
        self._cluster = cluster
        self._lock = Lock()
        self._client: kafka.KafkaConsumer | None = None

    def read(self, topic: str, partition: int, offset: int, max_records: int) -> list[Any]:
        """Up to *max_records* of the client's records from *offset*, or from the first that is kept."""
        place = TopicPartition(topic, partition)
        with self._lock, translating(self._cluster.where):
            client = self._open()
            end = client.end_offsets([place])[place]
            if offset >= end:
                return []
            client.assign([place])
            client.seek(place, max(offset, client.beginning_offsets([place])[place]))
            found = client.poll(timeout_ms=int(REQUEST_TIMEOUT_S * 1000), max_records=max_records)
        if not found:
            raise BusUnavailableError(f"{self._cluster.where}: {topic} partition {partition} was not read")
        return list(found[place])

    def close(self) -> None:
        """Release the client."""
        with self._lock:
            if self._client is not None:
                self._client.close()

    def _open(self) -> kafka.KafkaConsumer:
        if self._client is None:
            self._client = self._cluster.consuming({})
        return self._client
