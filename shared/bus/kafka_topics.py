"""Topics of a Kafka cluster: make them as they must be, say how they differ, know their number and id."""

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from kafka import errors
from kafka.admin import ConfigResource, ConfigResourceType

from shared.bus.checking import MAX_MESSAGE_BYTES
from shared.bus.kafka_client import KafkaCluster
from shared.errors import BusUnavailableError, TopicMismatchError, UnknownTopicError

_DAY_MS = 86_400_000
_ENOUGH_REPLICAS = 3


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """A topic as the cluster has it. *log_id* is another one once it is created anew."""

    log_id: str
    partitions: int


class KafkaTopics:
    """The topics of a cluster; may be used by several threads."""

    def __init__(self, cluster: KafkaCluster, prefix: str) -> None:
        self._cluster = cluster
        self._prefix = prefix
        self._known: dict[str, TopicFacts] = {}
        self._lock = Lock()

    def name(self, topic: str) -> str:
        """What the cluster calls *topic*."""
        return self._prefix + topic

    def ensure(self, topic: str, partitions: int, kept_days: int | None) -> None:
        """Create *topic* if absent; raises `TopicMismatchError` if it has another number of partitions."""
        try:
            facts = self.look(topic)
        except UnknownTopicError:
            self._create(topic, partitions, kept_days)
            facts = self.look(topic)
        if facts.partitions != partitions:
            raise TopicMismatchError(
                f"{self.name(topic)} has {facts.partitions} partitions, {partitions} are expected"
            )

    def known(self, topic: str) -> TopicFacts:
        """What was last seen of *topic*, without asking again: partitions are never added."""
        with self._lock:
            if topic in self._known:
                return self._known[topic]
        return self.look(topic)

    def look(self, topic: str) -> TopicFacts:
        """*topic* as it is now; raises `UnknownTopicError`."""
        (found,) = self._cluster.ask(lambda admin: admin.describe_topics([self.name(topic)]))
        if found["error_code"] == errors.UnknownTopicOrPartitionError.errno:
            self.forget(topic)
            raise UnknownTopicError(f"{self._cluster.where} has no topic {self.name(topic)}")
        if found["error_code"] or not found["partitions"]:
            told = errors.for_code(found["error_code"]).__name__
            raise BusUnavailableError(f"{self._cluster.where}: topic {self.name(topic)}: {told}")
        facts = TopicFacts(str(found["topic_id"]), len(found["partitions"]))
        with self._lock:
            self._known[topic] = facts
        return facts

    def forget(self, topic: str) -> None:
        """Ask again next time."""
        with self._lock:
            self._known.pop(topic, None)

    def problems(self, topic: str, partitions: int, kept_days: int | None) -> list[str]:
        """How *topic* differs from what it must be, one line for each difference."""
        try:
            facts = self.look(topic)
        except UnknownTopicError:
            return ["it does not exist"]
        found = self._configs(topic)
        wanted = self._wanted(kept_days)
        differing = [
            f"{name} is {found.get(name)}, expected {value}"
            for name, value in wanted.items()
            if found.get(name) != value
        ]
        if facts.partitions != partitions:
            differing.insert(0, f"it has {facts.partitions} partitions, expected {partitions}")
        return differing

    def _create(self, topic: str, partitions: int, kept_days: int | None) -> None:
        wanted = {
            "num_partitions": partitions,
            "replication_factor": self._cluster.replication,
            "configs": self._wanted(kept_days),
        }
        try:
            self._cluster.ask(lambda admin: admin.create_topics({self.name(topic): wanted}))
        except BusUnavailableError as error:
            # Another service of the installation starts at the same moment and was first.
            if not isinstance(error.__cause__, errors.TopicAlreadyExistsError):
                raise
        self._cluster.ask(lambda admin: admin.wait_for_topics([self.name(topic)]))

    def _wanted(self, kept_days: int | None) -> dict[str, str]:
        """Settings of a topic; those that a broker's own defaults would make lossy are all named."""
        return {
            "cleanup.policy": "delete",
            "retention.ms": "-1" if kept_days is None else str(kept_days * _DAY_MS),
            "retention.bytes": "-1",
            "max.message.bytes": str(2 * MAX_MESSAGE_BYTES),
            "message.timestamp.type": "LogAppendTime",
            "min.insync.replicas": "2" if self._cluster.replication >= _ENOUGH_REPLICAS else "1",
            "unclean.leader.election.enable": "false",
        }

    def _configs(self, topic: str) -> Mapping[str, str]:
        resource = ConfigResource(ConfigResourceType.TOPIC, self.name(topic))
        found = self._cluster.ask(lambda admin: admin.describe_configs([resource], config_filter="all"))
        return {name: entry["value"] for name, entry in found["topic"][self.name(topic)].items()}
