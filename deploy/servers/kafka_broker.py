"""One real Apache Kafka broker as a child process: KRaft, loopback only, on ports that the system picked.

Knows Java and Maven, nothing of Guanxi. It listens in the clear and, for tests of credentials, with TLS
and SCRAM. Data, ports and cluster id outlive `stop`, so that `start` is a restart of the same broker.
"""

import secrets
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

from deploy.servers.certificates import Certificates
from deploy.servers.child import Child, Server
from deploy.servers.listening import free_ports, listens

POM = Path(__file__).parents[2] / "deploy/kafka/pom.xml"
JARS = Path(__file__).parents[2] / ".guanxi/kafka"
USER, PASSWORD = "guanxi", "p@ss/word"

_START_PATIENCE_S = 90.0
_OPTIONS = ("-Xmx512m", "-Xms128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")
_QUIET = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
)


class BrokerError(RuntimeError):
    """The broker could not be fetched or started; the message says why."""


def fetch() -> str:
    """Make sure that the broker's jars are here and return their class path.

    Their directory is named after what was asked for and appears at once, so several may fetch together.
    """
    jars = JARS / f"{crc32(POM.read_bytes()):08x}"
    if not jars.exists():
        JARS.mkdir(parents=True, exist_ok=True)
        fetched = Path(tempfile.mkdtemp(dir=JARS))
        _run("mvn", "-q", "-B", "-f", POM, "dependency:copy-dependencies", f"-DoutputDirectory={fetched}")
        with suppress(OSError):  # another was first
            fetched.rename(jars)
        shutil.rmtree(fetched, ignore_errors=True)
    return f"{jars}/*"


class KafkaBroker(Server):
    """A broker in *directory*. Used by one thread.

    Clients in the clear are sent to *advertised*, the port of a proxy, where it is given.
    """

    def __init__(self, directory: Path, advertised: int | None = None) -> None:
        self._directory = directory
        self._class_path = fetch()
        self._certificates = Certificates(directory)
        self._child = Child(directory / "broker.log")
        self._plain, self._secured, self._controller = free_ports(3)
        self._advertised = advertised or self._plain
        self._configure()

    @property
    def url(self) -> str:
        """The bus URL of the listener in the clear, as it is advertised."""
        return f"kafka://127.0.0.1:{self._advertised}"

    @property
    def port(self) -> int:
        """The port of the listener in the clear itself."""
        return self._plain

    def secured_url(self, *, user: str = USER, password: str = PASSWORD) -> str:
        """The bus URL of the listener with TLS and SCRAM."""
        return (
            f"kafka://{quote(user, safe='')}:{quote(password, safe='')}@127.0.0.1:{self._secured}"
            f"?security=SASL_SSL&mechanism=SCRAM-SHA-512&ca={self._certificates.authority}"
        )

    @property
    def log(self) -> Path:
        """What the broker wrote."""
        return self._child.log

    @property
    def pid(self) -> int:
        """The broker's process."""
        return self._child.pid

    def start(self) -> None:
        """Start and wait until our own child listens; raises `BrokerError` with its last lines."""
        command = ["java", *_OPTIONS, *_QUIET, "-cp", self._class_path, "kafka.Kafka", str(self._properties)]
        self._child.start(command)
        give_up_at = time.monotonic() + _START_PATIENCE_S
        while not (listens(self.pid, self._plain) and listens(self.pid, self._secured)):
            if self._child.ended() is not None or time.monotonic() > give_up_at:
                self.kill()
                raise BrokerError(f"Apache Kafka did not start: {self._child.last_lines()}")
            time.sleep(0.05)

    @property
    def _properties(self) -> Path:
        return self._directory / "server.properties"

    def _configure(self) -> None:
        self._properties.write_text(
            _PROPERTIES.format(
                plain=self._plain,
                advertised=self._advertised,
                secured=self._secured,
                controller=self._controller,
                data=self._directory / "data",
                keys=self._certificates.key_store,
                cluster=secrets.token_hex(4),
            )
        )
        _run(
            *("java", *_QUIET, "-cp", self._class_path, "kafka.tools.StorageTool", "format"),
            *("--cluster-id", f"g{secrets.token_urlsafe(16)[1:]}", "--config", self._properties),
            *("--add-scram", f"SCRAM-SHA-512=[name={USER},password={PASSWORD},iterations=4096]"),
        )


def _run(*command: str | Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own command line
        command, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = (done.stderr or done.stdout).strip().splitlines()[-5:]
        raise BrokerError(f"{command[0]} failed: {' | '.join(told)}")


_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
controller.listener.names=CONTROLLER
listeners=PLAIN://127.0.0.1:{plain},SECURED://127.0.0.1:{secured},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAIN://127.0.0.1:{advertised},SECURED://127.0.0.1:{secured}
listener.security.protocol.map=PLAIN:PLAINTEXT,SECURED:SASL_SSL,CONTROLLER:PLAINTEXT
inter.broker.listener.name=PLAIN
sasl.enabled.mechanisms=SCRAM-SHA-512
listener.name.secured.scram-sha-512.sasl.jaas.config=\
org.apache.kafka.common.security.scram.ScramLoginModule required;
listener.name.secured.ssl.keystore.type=PEM
listener.name.secured.ssl.keystore.location={keys}
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.num.partitions=1
offsets.topic.replication.factor=1
transaction.state.log.num.partitions=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
num.network.threads=2
num.io.threads=3
log.cleaner.dedupe.buffer.size=4194304
log.index.size.max.bytes=1048576
controlled.shutdown.enable=false
broker.session.timeout.ms=3000
broker.heartbeat.interval.ms=500
"""
