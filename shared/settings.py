"""The environment variables Guanxi knows, declared once, and a reader that collects every problem.

The documentation is tested against this table. Values never appear in messages of secret settings.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

PREFIX = "GUANXI_"

RESERVED_PREFIXES = ("GUANXI_TEST_",)
"""Read by the test suites, ignored here."""


_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}")
"""What is at once a label of the network, a name of a file and a member of a Kafka group."""


@dataclass(frozen=True, slots=True)
class Setting:
    """An environment variable: its default as text, what it means, and its values when they are few."""

    name: str
    default: str
    summary: str
    choices: tuple[str, ...] = ()


_DECLARED = (
    Setting("GUANXI_HOME", "./var", "Directory for data, secret and run files."),
    Setting(
        "GUANXI_BUS", "", "URL of the bus, or of Kafka: kafka://host:9092; default sqlite:///HOME/bus.db."
    ),
    Setting("GUANXI_STORE", "", "URL of the store; default sqlite:///HOME/; or mongodb://…/database."),
    Setting("GUANXI_RULES", "./rules", "Directory of the rule files."),
    Setting("GUANXI_PARTITIONS", "4", "Partitions of every topic; fixed once data is there."),
    Setting("GUANXI_CLOCK", "wall", "Which clock closes days: live, or the events' own.", ("event", "wall")),
    Setting("GUANXI_HOST", "127.0.0.1", "Address the services listen on."),
    Setting("GUANXI_INGEST_PORT", "7410", "Port of ingest; 0 lets the system pick."),
    Setting("GUANXI_SCORING_PORT", "7411", "Port of scoring; 0 lets the system pick."),
    Setting("GUANXI_RULES_PORT", "7412", "Port of rules; 0 lets the system pick."),
    Setting("GUANXI_NOTIFICATION_PORT", "7413", "Port of notification; 0 lets the system pick."),
    Setting("GUANXI_SECRET", "", "Hexadecimal, at least 32 bytes; default: made once into HOME/secret."),
    Setting("GUANXI_LOG", "json", "Form of the log lines.", ("json", "console")),
    Setting("GUANXI_ENGINE", "durable", "What matches rules.", ("durable", "python", "reference")),
    Setting("GUANXI_REPLAY_SAMPLE", "50", "Decisions of each closed day made again as a check; 0 for none."),
    Setting("GUANXI_WORKER", "1", "Number of this process among its service's workers; set by `guanxi up`."),
    Setting("GUANXI_MEMBER", "", "Stable name of this process in its service; default from GUANXI_WORKER."),
    Setting("GUANXI_SMTP_URL", "", "Mail server: smtp://user:password@host:587?from=address, or smtps://."),
    Setting("GUANXI_KEY", "", "API key that `guanxi replay` sends; default: the key file in HOME."),
    Setting("GUANXI_CRASH_AT", "", "Named point at which a service ends itself; for fault tests only."),
)

_URL_FORMS = {
    "kafka": "kafka://host:9092",
    "mongodb": "mongodb://host/database",
    "mongodb+srv": "mongodb+srv://host/database",
}

SETTINGS: Mapping[str, Setting] = {setting.name: setting for setting in _DECLARED}


class SettingsReader:
    """Reads settings one by one; a wrong value is remembered as a problem and replaced by the default."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._problems = [_unknown(name) for name in sorted(environ) if _is_unknown(name)]

    def text(self, name: str) -> str:
        """The setting as it stands, or its default."""
        return self._environ.get(name) or SETTINGS[name].default

    def path(self, name: str) -> Path:
        """An absolute path; relative ones start at the working directory."""
        return Path(self.text(name)).expanduser().absolute()

    def choice(self, name: str) -> str:
        """One of the setting's choices."""
        value, setting = self.text(name), SETTINGS[name]
        if value in setting.choices:
            return value
        self._wrong(name, f"one of {', '.join(setting.choices)}{_hint(value, setting.choices)}")
        return setting.default

    def integer(self, name: str, minimum: int, maximum: int) -> int:
        """A whole number between *minimum* and *maximum*."""
        value = self.text(name)
        if value.isascii() and value.isdigit() and minimum <= int(value) <= maximum:
            return int(value)
        self._wrong(name, f"a whole number from {minimum} to {maximum}")
        return int(SETTINGS[name].default)

    def url(self, name: str, schemes: tuple[str, ...], *, default: str) -> str:
        """A URL with one of *schemes*; of a wrong one only the scheme is told (passwords)."""
        value = self.text(name) or default
        scheme = value.partition(":")[0]
        if scheme in schemes:
            return value
        expected = " or ".join(_URL_FORMS.get(scheme, f"{scheme}:///path") for scheme in schemes)
        self._problems.append(f"{name}: expected {expected}, found scheme {scheme!r}")
        return default

    def name(self, name: str) -> str:
        """A name of up to 63 letters, digits, dots, hyphens and underscores, or nothing."""
        value = self.text(name)
        if value and not _NAME.fullmatch(value):
            self._wrong(
                name, "up to 63 letters, digits, dots, hyphens or underscores, first a letter or digit"
            )
        return value

    def hex_bytes(self, name: str, *, at_least: int) -> bytes | None:
        """Bytes in hexadecimal, or None when not set; the value is never told."""
        value = self.text(name)
        try:
            decoded = bytes.fromhex(value)
        except ValueError:
            decoded = b""
        if value and len(decoded) < at_least:
            self._problems.append(
                f"{name}: expected at least {at_least} bytes in hexadecimal, as `openssl rand -hex 32` prints"
            )
        return decoded or None

    def finish(self) -> list[str]:
        """Every problem found so far."""
        return list(self._problems)

    def _wrong(self, name: str, expected: str) -> None:
        self._problems.append(f"{name}: expected {expected}, found {self.text(name)!r}")


def _is_unknown(name: str) -> bool:
    return name.startswith(PREFIX) and name not in SETTINGS and not name.startswith(RESERVED_PREFIXES)


def _unknown(name: str) -> str:
    return f"{name}: not a setting of Guanxi{_hint(name, tuple(SETTINGS))}"


def _hint(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"; did you mean {close[0]}?" if close else ""
