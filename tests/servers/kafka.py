"""`make kafka`: a broker for development in the foreground; Ctrl-C stops it, and its data is thrown away."""

import signal
import tempfile
from pathlib import Path

from tests.servers.kafka_broker import KafkaBroker


def main() -> None:
    """Run one broker until told to stop."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="guanxi-kafka-") as directory:
        broker = KafkaBroker(Path(directory))
        broker.start()
        try:
            print(f"Apache Kafka listens; use it with\n\n  export GUANXI_BUS={broker.url}\n", flush=True)
            print(f"With TLS and a password:\n\n  export GUANXI_BUS='{broker.secured_url()}'\n", flush=True)
            broker.wait()
        except KeyboardInterrupt:
            pass
        finally:
            broker.stop()


if __name__ == "__main__":
    main()
