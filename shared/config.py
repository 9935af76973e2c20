"""Everything an administrator may set, read once from the environment and frozen.

Importing this module reads nothing; an entry point calls `load_config(os.environ)` and hands the
result down. All problems are reported together; secrets do not print.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast

from shared.errors import ConfigError
from shared.secret import load_secret
from shared.settings import PREFIX, SETTINGS, SettingsReader

ClockMode = Literal["event", "wall"]
LogFormat = Literal["json", "console"]
Engine = Literal["durable", "python", "reference"]

SERVICES = ("ingest", "scoring", "rules", "notification")
"""The services in the order of the data's way, which is also the order they start and stop in."""


@dataclass(frozen=True, slots=True)
class Config:
    """One installation's settings; *worker* counts the processes of one service from 1."""

    home: Path
    bus_url: str = field(repr=False)
    store_url: str = field(repr=False)
    rules_dir: Path
    partitions: int
    clock_mode: ClockMode
    host: str
    ports: Mapping[str, int]
    secret: bytes = field(repr=False)
    log_format: LogFormat
    engine: Engine
    replay_sample: int = 0
    worker: int = 1
    member_name: str = ""
    crash_at: str = ""
    smtp_url: str = field(default="", repr=False)

    @property
    def run_dir(self) -> Path:
        """Where running services say who and where they are."""
        return self.home / "run"

    def member(self, service: str) -> str:
        """The stable name of this process: as given, else ``scoring``, and ``scoring-2`` for a second one."""
        if self.member_name:
            return self.member_name
        return service if self.worker == 1 else f"{service}-{self.worker}"

    def run_file(self, service: str) -> Path:
        """The file this process writes when it is ready to serve."""
        return self.run_dir / f"{self.member(service)}.json"

    def port(self, service: str) -> int:
        """The port to bind; further workers of a service let the system pick."""
        return self.ports[service] if self.worker == 1 else 0


def load_config(environ: Mapping[str, str]) -> Config:
    """Read every setting from *environ*; raises `ConfigError` naming every problem.

    Creates the home directory and, unless one is set, the installation's secret in it.
    """
    reader = SettingsReader(environ)
    home = reader.path("GUANXI_HOME")
    given_secret = reader.hex_bytes("GUANXI_SECRET", at_least=32)
    config = Config(
        home=home,
        bus_url=reader.url("GUANXI_BUS", ("sqlite", "kafka"), default=f"sqlite:///{home}/bus.db"),
        store_url=reader.url(
            "GUANXI_STORE", ("sqlite", "mongodb", "mongodb+srv"), default=f"sqlite:///{home}/"
        ),
        rules_dir=reader.path("GUANXI_RULES"),
        partitions=reader.integer("GUANXI_PARTITIONS", 1, 1024),
        clock_mode=cast("ClockMode", reader.choice("GUANXI_CLOCK")),
        host=reader.text("GUANXI_HOST"),
        ports=MappingProxyType({name: reader.integer(port_setting(name), 0, 65535) for name in SERVICES}),
        secret=given_secret or b"",
        log_format=cast("LogFormat", reader.choice("GUANXI_LOG")),
        engine=cast("Engine", reader.choice("GUANXI_ENGINE")),
        replay_sample=reader.integer("GUANXI_REPLAY_SAMPLE", 0, 10_000),
        worker=reader.integer("GUANXI_WORKER", 1, 1024),
        member_name=reader.name("GUANXI_MEMBER"),
        crash_at=reader.text("GUANXI_CRASH_AT"),
        smtp_url=reader.text("GUANXI_SMTP_URL"),
    )
    if problems := reader.finish():
        raise ConfigError(problems)
    return replace(config, secret=config.secret or load_secret(home / "secret"))


def port_setting(service: str) -> str:
    """The name of the setting that holds *service*'s port."""
    return f"{PREFIX}{service.upper()}_PORT"


__all__ = [
    "SERVICES",
    "SETTINGS",
    "ClockMode",
    "Config",
    "Engine",
    "LogFormat",
    "load_config",
    "port_setting",
]
