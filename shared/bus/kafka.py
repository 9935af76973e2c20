"""The bus on Apache Kafka, for installations that outgrow one machine.

What Kafka is relied on for stands in docs/architecture.md. Everything is reached by one URL, see
`kafka_settings`; the parts are named after what they do.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kafka import TopicPartition
from kafka.admin import OffsetSpec

from shared.bus.checking import MAX_MESSAGE_BYTES
from shared.bus.kafka_client import KafkaCluster
from shared.bus.kafka_consumer import KafkaConsumer
from shared.bus.kafka_membership import DEFAULT_TIMING, Timing, group_id
from shared.bus.kafka_producer import KafkaProducer
from shared.bus.kafka_reader import KafkaReader
from shared.bus.kafka_records import records
from shared.bus.kafka_settings import kafka_settings
from shared.bus.kafka_start import Kept
from shared.bus.kafka_topics import KafkaTopics
from shared.bus.port import Batch, Consumer, GroupLag, PartitionListener, Producer
from shared.clock import Clock, SystemClock


class KafkaBus:
    """A `Bus` on Kafka; its own methods may be called from any thread."""

    def __init__(
        self,
        url: str,
        *,
        clock: Clock | None = None,
        connect_timeout_s: float = 10.0,
        timing: Timing = DEFAULT_TIMING,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
    ) -> None:
        settings = kafka_settings(url)
        self._cluster = KafkaCluster(settings, connect_timeout_s)
        self._topics = KafkaTopics(self._cluster, settings.prefix)
        self._reader = KafkaReader(self._cluster)
        self._clock = clock or SystemClock()
        self._timing = timing
        self._max_message_bytes = max_message_bytes

    def ensure_topic(self, topic: str, partitions: int, kept_days: int | None = None) -> None:
        """Create *topic* if absent; raises `TopicMismatchError` if it has another number of partitions."""
        self._topics.ensure(topic, partitions, kept_days)

    def topic_problems(self, topic: str, partitions: int, kept_days: int | None = None) -> Sequence[str]:
        """How *topic* differs from what `ensure_topic` would create."""
        return self._topics.problems(topic, partitions, kept_days)

    def partitions(self, topic: str) -> int:
        """The number of partitions; raises `UnknownTopicError`."""
        return self._topics.look(topic).partitions

    def producer(self) -> Producer:
        """A new producer."""
        return KafkaProducer(self._cluster, self._topics, self._max_message_bytes)

    def consumer(self, topic: str, group: str, member: str, listener: PartitionListener) -> Consumer:
        """Join *group*; *member* is a stable name (a restarted member replaces itself at once)."""
        self._topics.look(topic)
        return KafkaConsumer(
            self._cluster,
            self._topics,
            topic=topic,
            group=group,
            member=member,
            listener=listener,
            clock=self._clock,
            timing=self._timing,
        )

    def read(self, topic: str, partition: int, offset: int, max_records: int) -> Batch | None:
        """Records from *offset* without any group (for tools and repair); None at the end."""
        log_id = self._topics.look(topic).log_id
        found = self._reader.read(self._topics.name(topic), partition, offset, max_records)
        return Batch(topic, log_id, partition, records(found)) if found else None

    def group_lag(self, topic: str, group: str) -> Sequence[GroupLag]:
        """Lag of *group* for every partition of *topic*."""
        facts = self._topics.look(topic)
        places = [
            TopicPartition(self._topics.name(topic), partition) for partition in range(facts.partitions)
        ]
        name = group_id(self._topics.name(topic), group)
        committed = self._cluster.ask(lambda admin: admin.list_group_offsets({name: places}))[name]
        firsts, ends = (self._offsets(places, spec) for spec in (OffsetSpec.EARLIEST, OffsetSpec.LATEST))
        found = []
        for place in places:
            kept = Kept(topic, facts.log_id, firsts[place].offset, ends[place].offset)
            done, counted_in = _committed(committed.get(place))
            is_lost = not kept.holds(done, counted_in)
            here = done if counted_in in ("", facts.log_id) else 0
            found.append(GroupLag(topic, place.partition, here, kept.end, is_lost))
        return found

    def _offsets(self, places: Sequence[TopicPartition], spec: OffsetSpec) -> Mapping[TopicPartition, Any]:
        return self._cluster.ask(lambda admin: admin.list_partition_offsets(dict.fromkeys(places, spec)))

    def close(self) -> None:
        """Release resources; producers and consumers are closed by who opened them."""
        self._reader.close()
        self._cluster.close()


def _committed(found: Any) -> tuple[int, str]:
    """The offset that a group has committed, and the log that it counts in."""
    return (0, "") if found is None else (max(0, found.offset), found.metadata)
