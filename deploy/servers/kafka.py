"""`make kafka`: a broker for development in the foreground; Ctrl-C stops it, and its data is thrown away."""

import sys
import tempfile
from pathlib import Path

from deploy.servers.foreground import in_foreground, tell
from deploy.servers.kafka_broker import BrokerError, KafkaBroker


def main() -> None:
    """Run one broker until told to stop."""
    with tempfile.TemporaryDirectory(prefix="guanxi-kafka-") as directory:
        broker = KafkaBroker(Path(directory))
        in_foreground(broker, lambda: _started(broker))


def _started(broker: KafkaBroker) -> None:
    tell(f"Apache Kafka listens; use it with\n\n  export GUANXI_BUS={broker.url}\n")
    tell(f"With TLS and a password:\n\n  export GUANXI_BUS='{broker.secured_url()}'\n")


if __name__ == "__main__":
    try:
        main()
    except BrokerError as error:
        sys.exit(f"no Apache Kafka: {error}")
